-- One row per KPI that is shared by history, node and fiscal year: what the node achieved in the months
-- before the year. A node that was not there in each of them has no history to share by, and so no row.
with years as (
    select distinct
        dates.year_start,
        (dates.year_start - make_interval(months => settings.history_months))::date as first_on
    from {{ ref('dim_dates') }} as dates
    cross join {{ source('company', 'settings') }} as settings
    where {{ is_planned('dates.date_on') }}
),

achieved as (
    select
        actuals.kpi_id,
        actuals.node_kind,
        actuals.node_id,
        years.year_start,
        sum(actuals.actual) as actual,
        count(*) as months
    from {{ ref('int_base_actuals') }} as actuals
    inner join {{ source('company', 'plan_policies') }} as policies
        on actuals.kpi_id = policies.kpi_id and policies.policy = 'history_share'
    inner join years
        on actuals.period_start >= years.first_on and actuals.period_start < years.year_start
    where actuals.period_kind = 'month' and actuals.period_end <= {{ as_of() }}
    group by actuals.kpi_id, actuals.node_kind, actuals.node_id, years.year_start
)

select
    achieved.kpi_id,
    achieved.node_id,
    achieved.year_start,
    achieved.actual
from achieved
inner join achieved as company
    on company.node_kind = 'company'
    and achieved.kpi_id = company.kpi_id
    and achieved.year_start = company.year_start
    and achieved.months = company.months
where achieved.actual > 0
