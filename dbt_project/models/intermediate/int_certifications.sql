-- One row per KPI, node and night: what the night said of "measurable" there, over the dimensions that
-- withhold.
select
    verdicts.kpi_id,
    verdicts.node_kind,
    verdicts.node_id,
    verdicts.as_of,
    bool_or(verdicts.verdict = 'fail') as is_withheld,
    bool_and(verdicts.verdict in ('pass', 'warn')) as is_certified,
    bool_or(verdicts.dimension = 'availability') as is_unavailable,
    string_agg(verdicts.reason, ' ' order by verdicts.dimension) filter (
        where verdicts.verdict = 'fail'
    ) as reason,
    string_agg(verdicts.reason_ru, ' ' order by verdicts.dimension) filter (
        where verdicts.verdict = 'fail'
    ) as reason_ru
from {{ ref('kpi_verdicts') }} as verdicts
left join {{ ref('measurable_thresholds') }} as thresholds on verdicts.dimension = thresholds.dimension
where
    verdicts.condition = 'measurable'
    -- The inputs of a KPI made of others have no threshold.
    and coalesce(thresholds.withholds, true)
group by verdicts.kpi_id, verdicts.node_kind, verdicts.node_id, verdicts.as_of
