-- One row per head or deputy, node and month, quarter or year in which the person was either: on how many of
-- its days, up to the business date.
with stretches as (
    select
        heads.person_id,
        heads.person_name,
        heads.node_id,
        heads.role,
        heads.is_acting,
        periods.period_kind,
        periods.period_start,
        daterange(heads.valid_from, heads.valid_to)
        * daterange(periods.period_start, least(periods.period_end, settings.as_of), '[]') as held_during
    from {{ ref('dim_heads') }} as heads
    cross join {{ source('company', 'settings') }} as settings
    inner join {{ ref('int_periods') }} as periods
        on periods.period_kind <> 'week' and periods.period_start <= settings.as_of
)

select
    person_id,
    node_id,
    period_kind,
    period_start,
    person_name,
    coalesce(sum(upper(held_during) - lower(held_during)) filter (where role = 'head'), 0) as days_as_head,
    coalesce(sum(upper(held_during) - lower(held_during)) filter (where is_acting), 0) as days_acting
from stretches
where not isempty(held_during)
group by person_id, node_id, period_kind, period_start, person_name
