-- One row per open stage and month: how deals fared that had been in the stage and were closed in the twelve
-- months before. One more that was won and one more that was lost are taken for granted, so that a few
-- deals prove nothing. The rate is kept as its two counts: a quotient would already be rounded.
with closed_deals as (
    select distinct
        entries.source,
        entries.stage,
        deals.deal_id,
        deals.stage_kind,
        date_trunc('month', deals.closed_on)::date as month_start
    from {{ ref('fct_stage_entries') }} as entries
    inner join {{ ref('fct_deals') }} as deals on entries.deal_id = deals.deal_id
    where deals.closed_on is not null
),

by_month as (
    select
        source,
        stage,
        month_start,
        count(*) filter (where stage_kind = 'won') as won,
        count(*) as closed
    from closed_deals
    group by source, stage, month_start
),

months as (
    select distinct month_start
    from {{ ref('dim_dates') }}
    where date_on <= {{ as_of() }}
)

select
    stages.source,
    stages.stage,
    months.month_start,
    coalesce(sum(by_month.won) over year_before, 0) + 1 as favourable,
    coalesce(sum(by_month.closed) over year_before, 0) + 2 as possible
from {{ stages() }} as stages
cross join months
left join by_month
    on stages.source = by_month.source
    and stages.stage = by_month.stage
    and months.month_start = by_month.month_start
where stages.stage_kind = 'open'
window year_before as (
    partition by stages.source, stages.stage
    order by months.month_start
    rows between 12 preceding and 1 preceding
)
