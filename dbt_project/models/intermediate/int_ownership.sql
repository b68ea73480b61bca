-- One row per KPI: how much of what it counts for people in the last year they made themselves. Of a ratio
-- its denominator is what counts, of a median or a number of records each row.
with contributions as (
    select
        rows.kpi_id,
        rows.actor_id = rows.person_id as is_own,
        case kpis.aggregation
            when 'sum' then abs(rows.numerator)
            when 'ratio' then abs(rows.denominator)
            else 1
        end as amount
    from {{ ref('kpi_rows') }} as rows
    inner join {{ source('company', 'kpis') }} as kpis on rows.kpi_id = kpis.kpi_id
    where
        rows.event_on > {{ as_of() }} - interval '1 year'
        and rows.event_on <= {{ as_of() }}
        and rows.person_id is not null
        and rows.actor_id is not null
)

select
    kpi_id,
    coalesce(sum(amount) filter (where is_own), 0) as owned,
    coalesce(sum(amount), 0) as total,
    count(*) as rows_counted
from contributions
group by kpi_id
