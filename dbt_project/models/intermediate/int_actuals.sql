-- One row per KPI, node and period: what was achieved, counted from rows or computed from other KPIs. A
-- table, so that later models are planned by what the two hold together.
select
    kpi_id,
    node_kind,
    node_id,
    period_kind,
    period_start,
    period_end,
    numerator,
    denominator,
    actual,
    rows_counted,
    null::text as lacking
from {{ ref('int_base_actuals') }}
union all
select
    kpi_id,
    node_kind,
    node_id,
    period_kind,
    period_start,
    period_end,
    null as numerator,
    null as denominator,
    actual,
    rows_counted,
    lacking
from {{ ref('int_composites') }}
