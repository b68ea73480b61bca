-- A view, as the verdicts are that it looks back on. What is looked at are KPIs as such, at the company.
with closed_quarters as (
    select
        period_start,
        period_end,
        row_number() over (order by period_start desc) as nth_last
    from {{ ref('int_periods') }}
    where period_kind = 'quarter' and period_end <= {{ as_of() }}
),

last_two as (
    select
        period_start,
        period_end
    from closed_quarters
    where nth_last <= 2
),

-- The last night of a quarter speaks for it.
quarter_verdicts as (
    select
        verdicts.kpi_id,
        verdicts.condition,
        last_two.period_start,
        verdicts.as_of,
        bool_or(verdicts.verdict = 'fail') as is_failed,
        max(verdicts.as_of) over (partition by verdicts.kpi_id, last_two.period_start) as last_night
    from {{ ref('kpi_verdicts') }} as verdicts
    inner join last_two on verdicts.as_of between last_two.period_start and last_two.period_end
    where verdicts.node_kind = 'company' and verdicts.is_decisive
    group by verdicts.kpi_id, verdicts.condition, last_two.period_start, verdicts.as_of
),

failed as (
    select
        kpi_id,
        string_agg(distinct condition, ', ' order by condition) as detail
    from quarter_verdicts
    where as_of = last_night and is_failed
    group by kpi_id
    having count(distinct period_start) = 2
),

unproved as (
    select
        kpi_id,
        min(as_of)::text as detail
    from {{ ref('kpi_verdicts') }}
    where dimension = 'driver' and as_of > {{ as_of() }} - interval '1 year'
    group by kpi_id
    having bool_and(verdict <> 'pass') and min(as_of) <= {{ as_of() }} - interval '360 days'
),

aimless as (
    select scorecards.kpi_id
    from {{ ref('scorecards') }} as scorecards
    inner join last_two on scorecards.period_start = last_two.period_start
    where scorecards.node_kind = 'company' and scorecards.period_kind = 'quarter'
    group by scorecards.kpi_id
    having count(*) = 2 and count(scorecards.target) = 0
)

select
    kpi_id,
    'failed in two closed quarters' as why,
    detail
from failed
union all
select
    kpi_id,
    'no proven link to its goal for a year' as why,
    detail
from unproved
union all
select
    kpi_id,
    'no target for two closed quarters' as why,
    null as detail
from aimless
