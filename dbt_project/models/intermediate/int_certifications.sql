-- One row per KPI, node and night: what the night said of "measurable" there, over all dimensions.
select
    kpi_id,
    node_kind,
    node_id,
    as_of,
    bool_or(verdict = 'fail') as is_withheld,
    bool_and(verdict in ('pass', 'warn')) as is_certified,
    bool_or(dimension = 'availability') as is_unavailable,
    string_agg(reason, ' ' order by dimension) filter (where verdict = 'fail') as reason,
    string_agg(reason_ru, ' ' order by dimension) filter (where verdict = 'fail') as reason_ru
from {{ ref('kpi_verdicts') }}
where condition = 'measurable'
group by kpi_id, node_kind, node_id, as_of
