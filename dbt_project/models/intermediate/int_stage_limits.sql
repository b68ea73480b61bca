-- One row per open stage and month: how many days most of the deals that were won in the twelve months before
-- had been in the stage at most, with percentile_cont's interpolation. Stretches are counted by length
-- first, so that each of them is not carried through twelve months.
with by_length as (
    select
        stretches.source,
        stretches.stage,
        date_trunc('month', deals.closed_on)::date as won_in,
        least(upper(stretches.during), deals.closed_on) - lower(stretches.during) as days,
        count(*) as stretches
    from {{ ref('int_deal_stage_stretches') }} as stretches
    inner join {{ ref('fct_deals') }} as deals on stretches.deal_id = deals.deal_id
    where deals.stage_kind = 'won' and lower(stretches.during) < deals.closed_on
    group by stretches.source, stretches.stage, won_in, days
),

by_month as (
    select
        by_length.source,
        by_length.stage,
        months.month_start::date as month_start,
        by_length.days,
        sum(by_length.stretches) as stretches
    from by_length
    cross join
        generate_series(
            by_length.won_in + interval '1 month',
            least(by_length.won_in + interval '12 months', {{ as_of() }}),
            interval '1 month'
        ) as months (month_start)
    group by by_length.source, by_length.stage, months.month_start, by_length.days
),

ranked as (
    select
        source,
        stage,
        month_start,
        days,
        sum(stretches) over (lengths order by days) as stretches_through,
        sum(stretches) over lengths as stretches,
        (sum(stretches) over lengths - 1) * {{ kpi_parameter('stalled_deals_share', 'stage_share') }} as place
    from by_month
    window lengths as (partition by source, stage, month_start)
),

neighbours as (
    select
        source,
        stage,
        month_start,
        place,
        min(days) filter (where stretches_through > floor(place)) as days_below,
        min(days) filter (where stretches_through > ceil(place)) as days_above
    from ranked
    where stretches >= {{ kpi_parameter('stalled_deals_share', 'fewest_stretches') }}
    group by source, stage, month_start, place
)

select
    source,
    stage,
    month_start,
    days_below + (days_above - days_below) * (place - floor(place)) as days
from neighbours
