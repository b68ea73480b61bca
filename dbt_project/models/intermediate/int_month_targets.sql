-- One row per KPI, node and month with a target, threshold or stretch, given or derived from the parents'.
select
    edges.kpi_id,
    edges.node_kind,
    edges.node_id,
    edges.month_start,
    {%- for level in ['target', 'threshold', 'stretch'] %}
    round(
        sum(edges.target) filter (where edges.level = '{{ level }}'),
        {{ target_decimals('kpis', 'settings') }}
    ) as {{ level }},
    {%- endfor %}
    max(edges.target_version) filter (where edges.level = 'target') as target_version
from {{ ref('int_month_edge_targets') }} as edges
inner join {{ source('company', 'kpis') }} as kpis on edges.kpi_id = kpis.kpi_id
cross join {{ source('company', 'settings') }} as settings
group by
    edges.kpi_id, edges.node_kind, edges.node_id, edges.month_start, kpis.unit, settings.minor_unit
