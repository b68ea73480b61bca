-- One row per KPI and node, of the last month whose close lies more than five working days back: what was
-- said of it when these were over, and what is known tonight. Where no night was published between the close
-- and that day, nothing was said.
with settings as (
    select as_of
    from {{ source('company', 'settings') }}
),

working_days as (
    select
        date_on,
        row_number() over (order by date_on) as nth
    from {{ ref('dim_dates') }}
    where is_working_day
),

closes as (
    select
        periods.period_start as month_start,
        periods.period_end,
        (
            select fifth.date_on
            from working_days as fifth
            where fifth.nth = (
                select min(followers.nth) + 4
                from working_days as followers
                where followers.date_on > periods.period_end
            )
        ) as said_on
    from {{ ref('int_periods') }} as periods
    cross join settings
    where
        periods.period_kind = 'month'
        and periods.period_end between settings.as_of - 100 and settings.as_of
),

closed as (
    select
        closes.month_start,
        closes.period_end,
        closes.said_on
    from closes
    cross join settings
    where closes.said_on < settings.as_of
    order by closes.month_start desc
    limit 1
),

told as (
    select
        closed.month_start,
        closed.said_on
    from closed
    where exists (
        select 1
        from {{ source('ops', 'refreshes') }} as refreshes
        where
            refreshes.state = 'published'
            and refreshes.as_of between closed.period_end and closed.said_on
    )
),

said as (
    select distinct on (reports.kpi_id, reports.node_kind, reports.node_id)
        reports.kpi_id,
        reports.node_kind,
        reports.node_id,
        reports.actual
    from {{ ref('int_reports') }} as reports
    inner join told on reports.period_start = told.month_start and reports.reported_as_of <= told.said_on
    where reports.period_kind = 'month'
    order by
        reports.kpi_id asc, reports.node_kind asc, reports.node_id asc, reports.reported_as_of desc
)

select
    actuals.kpi_id,
    actuals.node_kind,
    actuals.node_id,
    closed.month_start,
    closed.said_on,
    said.actual as said,
    actuals.actual as known,
    case
        when said.actual is null or actuals.actual is null then null
        when said.actual = actuals.actual then 1
        else greatest(1 - abs(actuals.actual - said.actual) / nullif(abs(said.actual), 0), 0)
    end::numeric(38, 12) as estimate
from closed
inner join {{ ref('int_base_actuals') }} as actuals
    on actuals.period_kind = 'month' and closed.month_start = actuals.period_start
left join said
    on actuals.kpi_id = said.kpi_id
    and actuals.node_kind = said.node_kind
    and actuals.node_id = said.node_id
