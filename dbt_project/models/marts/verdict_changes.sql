-- A view, as the verdicts are that it compares.
with compared as (
    select
        kpi_id,
        node_id,
        condition,
        dimension,
        as_of,
        node_kind,
        lag(verdict) over nights as verdict_before,
        verdict,
        reason,
        reason_ru
    from {{ ref('kpi_verdicts') }}
    window nights as (partition by kpi_id, node_id, condition, dimension order by as_of)
)

select
    kpi_id,
    node_id,
    condition,
    dimension,
    as_of,
    node_kind,
    verdict_before,
    verdict,
    reason,
    reason_ru
from compared
where verdict <> verdict_before
