with settings as (
    select as_of
    from {{ source('company', 'settings') }}
),

rejected as (
    select distinct on (rejects.source, rejects.entity, rejects.rule, rejects.record_id, place.name)
        rejects.rule as rule_id,
        kinds.record_kind,
        rejects.source || ':' || coalesce(rejects.record_id, place.name) as record_id,
        rejects.source,
        null::text as person_id,
        place.name || coalesce(', ' || rejects.field, '') || ': ' || coalesce(rejects.found, '') as found,
        rejects.expected
    from {{ source('ops', 'rejects') }} as rejects
    inner join settings on rejects.as_of = settings.as_of
    inner join {{ ref('record_kinds') }} as kinds on rejects.entity = kinds.entity
    cross join lateral (select rejects.file || ':' || rejects.line) as place (name)
    order by rejects.source, rejects.entity, rejects.rule, rejects.record_id, place.name, rejects.line
),

issues as (
    select
        issues.rule_id,
        rules.record_kind,
        issues.record_id,
        issues.source,
        issues.person_id,
        issues.found,
        null::text as expected
    from {{ ref('int_record_issues') }} as issues
    inner join {{ ref('issue_rules') }} as rules on issues.rule_id = rules.rule_id
    union all
    select
        rule_id,
        record_kind,
        -- A record rejected twice for the same reason is told apart by its place.
        case
            when
                count(*) over (partition by record_kind, record_id, rule_id) > 1
                then record_id || ' at ' || found
            else record_id
        end as record_id,
        source,
        person_id,
        found,
        expected
    from rejected
)

select
    settings.as_of,
    issues.record_kind,
    issues.record_id,
    issues.rule_id,
    issues.source,
    issues.person_id,
    people.person_name as owner_name,
    rules.dimension,
    rules.what_en,
    rules.what_ru,
    rules.mend_en,
    rules.mend_ru,
    issues.found,
    issues.expected,
    replace(
        replace(sources.record_url, '{entity}', kinds.entity),
        '{id}', substr(issues.record_id, length(issues.source) + 2)
    ) as record_url
from issues
cross join settings
inner join {{ ref('issue_rules') }} as rules on issues.rule_id = rules.rule_id
inner join {{ ref('record_kinds') }} as kinds on issues.record_kind = kinds.record_kind
left join {{ ref('dim_people') }} as people on issues.person_id = people.person_id
left join {{ source('company', 'sources') }} as sources on issues.source = sources.source
