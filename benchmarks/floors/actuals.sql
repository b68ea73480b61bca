create table floor.actuals as
select
    days.kpi_id,
    nodes.node_kind,
    nodes.node_id,
    periods.period_kind,
    periods.period_start,
    sum(days.numerator) as numerator,
    sum(days.denominator) as denominator,
    sum(days.rows_counted) as rows_counted,
    sum(days.numerator) / nullif(sum(days.denominator), 0) as ratio
from floor.kpi_days as days
inner join build.dim_dates as dates on days.day_on = dates.date_on
cross join company.settings
cross join lateral (
    values
    ('person', days.person_id),
    ('team', days.team_id),
    ('region', days.region_id),
    ('company', settings.company_id)
) as nodes (node_kind, node_id)
cross join lateral (
    values
    ('week', dates.week_start),
    ('month', dates.month_start),
    ('quarter', dates.quarter_start),
    ('year', dates.year_start)
) as periods (period_kind, period_start)
group by days.kpi_id, nodes.node_kind, nodes.node_id, periods.period_kind, periods.period_start;
