-- A view: a night keeps what was agreed once the marts are built.
with versions as (
    select
        subject_kind,
        subject_id,
        kpi_id,
        as_of,
        content,
        lag(content) over nights as content_before,
        min(as_of) over () as first_night
    from {{ source('ops', 'agreements') }}
    where as_of <= {{ as_of() }}
    window nights as (partition by subject_kind, subject_id order by as_of)
)

select
    versions.subject_kind,
    versions.subject_id,
    versions.as_of,
    fields.field,
    versions.kpi_id,
    case
        when versions.content_before is null then 'added'
        when versions.content is null then 'removed'
        else 'changed'
    end as change,
    fields.before,
    fields.after
from versions
cross join
    lateral (
        select
            coalesce(befores.key, afters.key) as field,
            befores.value as before,
            afters.value as after
        from jsonb_each_text(versions.content_before) as befores
        full join jsonb_each_text(versions.content) as afters on befores.key = afters.key
        where befores.value is distinct from afters.value
    ) as fields
-- On the first night nothing changed: all of it was there.
where versions.as_of > versions.first_night
