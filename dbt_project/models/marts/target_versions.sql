select
    kpi_id,
    node_id,
    period_kind,
    period_start,
    level,
    source,
    version,
    value,
    decided_on,
    superseded_on,
    decided_by,
    note
from {{ ref('int_target_versions') }}
