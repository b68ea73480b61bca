-- One row per KPI, node, period and level with a given target: the version in force tonight.
select
    kpi_id,
    node_id,
    period_kind,
    period_start,
    level,
    value as target,
    version as target_version
from {{ ref('target_versions') }}
where superseded_on is null
