-- What people achieved in their team of the day adds up, for every KPI that adds up and every period, to what
-- is shown of the team, the region and the company, and to the deals that were won. A side that is empty
-- while there is something to count is a difference too, and so fails.
with kpis as (
    select
        kpis.kpi_id,
        kinds.period_kind
    from {{ source('company', 'kpis') }} as kpis
    inner join (values ('week', 1), ('month', 2), ('quarter', 3), ('year', 4)) as kinds (period_kind, length)
        on kinds.length >= kpis.shortest_period_length
    where kpis.aggregation = 'sum' and kpis.over_time = 'flow'
),

people as (
    select
        days.kpi_id,
        nodes.node_kind,
        nodes.node_id,
        periods.period_kind,
        periods.period_start,
        sum(days.numerator) as total
    from {{ ref('fct_kpi_days') }} as days
    inner join {{ ref('dim_dates') }} as dates on days.day_on = dates.date_on
    cross join {{ source('company', 'settings') }} as settings
    cross join
        lateral (
            values
            ('team', days.team_id),
            ('region', days.region_id),
            ('company', settings.company_id)
        ) as nodes (node_kind, node_id)
    cross join {{ periods_of('dates') }} as periods (period_kind, period_start)
    inner join kpis on days.kpi_id = kpis.kpi_id and periods.period_kind = kpis.period_kind
    group by days.kpi_id, nodes.node_kind, nodes.node_id, periods.period_kind, periods.period_start
),

shown as (
    select
        actuals.kpi_id,
        actuals.node_kind,
        actuals.node_id,
        actuals.period_kind,
        actuals.period_start,
        actuals.numerator as total
    from {{ ref('int_actuals') }} as actuals
    inner join kpis on actuals.kpi_id = kpis.kpi_id and actuals.period_kind = kpis.period_kind
    where actuals.node_kind <> 'person'
),

won as (
    select
        counted.kpi_id,
        'company' as node_kind,
        settings.company_id as node_id,
        periods.period_kind,
        periods.period_start,
        sum(counted.amount) as total
    from {{ ref('fct_deals') }} as deals
    cross join {{ source('company', 'settings') }} as settings
    inner join {{ ref('dim_dates') }} as dates on deals.closed_on = dates.date_on
    cross join
        lateral (
            values
            ('bookings', deals.amount_at_plan_rate),
            ('deals_won', 1)
        ) as counted (kpi_id, amount)
    cross join {{ periods_of('dates') }} as periods (period_kind, period_start)
    inner join kpis on counted.kpi_id = kpis.kpi_id and periods.period_kind = kpis.period_kind
    where deals.stage_kind = 'won' and deals.closed_on <= settings.as_of
    group by counted.kpi_id, settings.company_id, periods.period_kind, periods.period_start
)

select
    kpi_id,
    node_kind,
    node_id,
    period_kind,
    period_start,
    people.total as people_total,
    shown.total as shown_total,
    won.total as won_total
from people
full join shown using (kpi_id, node_kind, node_id, period_kind, period_start)
full join won using (kpi_id, node_kind, node_id, period_kind, period_start)
where
    coalesce(people.total, 0) <> coalesce(shown.total, 0)
    or (
        node_kind = 'company'
        and kpi_id in ('bookings', 'deals_won')
        and coalesce(won.total, 0) <> coalesce(shown.total, 0)
    )
