-- One row per open deal and stretch of days with one owner in one stage and one calendar month: what the deal
-- is worth by the stage's win rate of the month, and from which day on it has been in the stage for too long
-- by the month's limit. The month of the as-of, and what lies after it, is not cut at its end.
with deal_months as (
    select
        stages.stretch_id,
        stages.deal_id,
        stages.person_id,
        stages.source,
        stages.stage,
        stages.entered_on,
        stages.open_during,
        months.month_start::date as month_start,
        deals.amount_at_plan_rate
    from {{ ref('int_open_deal_stages') }} as stages
    inner join {{ ref('fct_deals') }} as deals on stages.deal_id = deals.deal_id
    left join lateral generate_series(
        date_trunc('month', lower(stages.open_during)),
        least(upper(stages.open_during) - 1, {{ as_of() }}),
        interval '1 month'
    ) as months (month_start) on true
)

select
    deal_months.stretch_id,
    deal_months.deal_id,
    deal_months.person_id,
    deal_months.month_start,
    deal_months.open_during * daterange(
        deal_months.month_start,
        case
            when deal_months.month_start < date_trunc('month', {{ as_of() }})
                then (deal_months.month_start + interval '1 month')::date
        end
    ) as open_during,
    round(
        deal_months.amount_at_plan_rate * win_rates.favourable / win_rates.possible, {{ minor_unit() }}
    ) as weighted_amount,
    deal_months.entered_on + floor(limits.days)::integer + 1 as stalls_on
from deal_months
left join {{ ref('int_stage_win_rates') }} as win_rates
    on deal_months.source = win_rates.source
    and deal_months.stage = win_rates.stage
    and deal_months.month_start = win_rates.month_start
left join {{ ref('int_stage_limits') }} as limits
    on deal_months.source = limits.source
    and deal_months.stage = limits.stage
    and deal_months.month_start = limits.month_start
