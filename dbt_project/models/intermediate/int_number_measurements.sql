-- One row per KPI, node and dimension of "measurable" that looks at the number itself: 1 less how far off it
-- may be, as a share of it, and the facts that the reason names.
select
    kpi_nodes.kpi_id,
    kpi_nodes.node_kind,
    kpi_nodes.node_id,
    'effect' as dimension,
    coalesce(effects.row_count, 0)::bigint as n,
    coalesce(effects.lacking, 0)::bigint as failed,
    coalesce(effects.estimate, 1)::numeric(38, 12) as estimate,
    case when effects.blurs_target then 0 else coalesce(effects.estimate, 1) end::numeric(38, 12) as lower,
    case when effects.blurs_target then 0 else coalesce(effects.estimate, 1) end::numeric(38, 12) as upper,
    effects.whose,
    case
        when effects.kpi_id is not null then jsonb_build_object(
            'unit', kpis.unit,
            'month', to_char(effects.month_start, 'YYYY-MM'),
            'actual', effects.actual,
            'lowest', coalesce(to_jsonb(effects.lowest), '"−∞"'),
            'highest', coalesce(to_jsonb(effects.highest), '"∞"'),
            'target', effects.target,
            'without_amount', effects.without_amount::text,
            'without_date', effects.without_date::text
        )
    end as facts
from {{ ref('int_kpi_nodes') }} as kpi_nodes
inner join {{ source('company', 'kpis') }} as kpis on kpi_nodes.kpi_id = kpis.kpi_id
left join {{ ref('int_kpi_effects') }} as effects
    on kpi_nodes.kpi_id = effects.kpi_id
    and kpi_nodes.node_kind = effects.node_kind
    and kpi_nodes.node_id = effects.node_id
where kpi_nodes.missing_inputs is null
