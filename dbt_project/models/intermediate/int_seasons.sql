{#-
    The season of a calendar month is learnt from the company's months before the fiscal year: what was achieved
    per day of capacity, as a ratio to its centred twelve-month mean, and the mean of these ratios over the years,
    scaled so that the twelve average 1. Days of capacity, because leave and holidays bear on the plan by
    themselves.

    It is shrunk to 1 by its credibility Z = A ÷ (A + s² ÷ n): A is the variance of the twelve seasons beyond
    what chance makes of them, s² that of a month's ratios from year to year, n the number of these. Bühlmann, H.
    and Straub, E. (1970), "Glaubwürdigkeit für Schadensätze", Mitteilungen der Vereinigung schweizerischer
    Versicherungsmathematiker 70; of seasons, as a James-Stein estimator: Miller, D. M. and Williams, D. (2003),
    "Shrinkage estimators of time series seasonal factors and their effect on forecasting accuracy",
    International Journal of Forecasting 19(4). Two years give each month one ratio, which cannot tell season
    from chance: with these or less it is 1.
-#}

with months as (
    select
        actuals.kpi_id,
        actuals.period_start as month_start,
        actuals.actual / nullif(edges.capacity, 0) as achieved,
        min(actuals.period_start) filter (where actuals.rows_counted > 0) over (
            partition by actuals.kpi_id
        ) as first_month
    from {{ ref('int_base_actuals') }} as actuals
    inner join {{ source('company', 'kpis') }} as kpis on actuals.kpi_id = kpis.kpi_id
    inner join {{ ref('int_month_edges') }} as edges
        on actuals.node_kind = edges.node_kind
        and actuals.node_id = edges.node_id
        and actuals.period_start = edges.month_start
    where
        actuals.node_kind = 'company'
        and actuals.period_kind = 'month'
        and actuals.period_end <= {{ as_of() }}
        and {{ adds_up_over_time('kpis') }}
),

-- The month in which a KPI's rows begin is seldom whole.
centred as (
    select
        kpi_id,
        month_start,
        achieved,
        (avg(achieved) over earlier + avg(achieved) over later) / 2 as mean,
        count(achieved) over thirteen as months_known
    from months
    where month_start > first_month
    window
        earlier as (partition by kpi_id order by month_start rows between 6 preceding and 5 following),
        later as (partition by kpi_id order by month_start rows between 5 preceding and 6 following),
        thirteen as (partition by kpi_id order by month_start rows between 6 preceding and 6 following)
),

years as (
    select distinct year_start
    from {{ ref('dim_dates') }}
    where {{ is_planned('date_on') }}
),

-- A mean reaches six months on: these lie before the fiscal year, too, so that a plan once made stays.
ratios as (
    select
        centred.kpi_id,
        years.year_start,
        extract(month from centred.month_start)::integer as month_of_year,
        centred.achieved / centred.mean as ratio
    from centred
    inner join years on centred.month_start + interval '6 months' < years.year_start
    where centred.months_known = 13 and centred.mean > 0
),

by_month as (
    select
        kpi_id,
        year_start,
        month_of_year,
        avg(ratio) as ratio,
        count(*) as years,
        (count(*) - 1) * coalesce(var_samp(ratio), 0) as squares
    from ratios
    group by kpi_id, year_start, month_of_year
),

scaled as (
    select
        kpi_id,
        year_start,
        month_of_year,
        ratio / avg(ratio) over twelve as ratio,
        sum(squares) over twelve / nullif(sum(years - 1) over twelve, 0) / years as error,
        count(*) over twelve as months_known
    from by_month
    window twelve as (partition by kpi_id, year_start)
),

spread as (
    select
        *,
        greatest(sum((ratio - 1) ^ 2) over twelve / 11 - avg(error) over twelve, 0) as variance
    from scaled
    where months_known = 12 and error is not null
    window twelve as (partition by kpi_id, year_start)
)

select
    kpi_id,
    year_start,
    month_of_year,
    round(
        greatest(1 + (ratio - 1) * coalesce(variance / nullif(variance + error, 0), 0), 0), 6
    ) as season
from spread
