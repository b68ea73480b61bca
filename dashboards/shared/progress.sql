select
    case when kpis.unit = 'share' then 100 * numbers.actual else numbers.actual end as actual,
    case when kpis.unit = 'share' then 100 * numbers.target else numbers.target end as target
from kpi.period_choices as periods
inner join kpi.scorecards as numbers
    on periods.period_kind = numbers.period_kind and periods.period_start = numbers.period_start
inner join kpi.dim_kpis as kpis on numbers.kpi_id = kpis.kpi_id
where
    periods.period = {{period}}
    and numbers.kpi_id = {{kpi}}
    and numbers.node_id = {{node}}
    and numbers.actual is not null
    and numbers.target > 0
    and kpis.direction = 'up'
