-- One row per KPI, node and dimension of "measurable" that looks at the number itself, or at how much came
-- in: 1 less how far off it is, as a share, and the facts that the reason names.
with kpi_nodes as (
    select
        kpi_nodes.kpi_id,
        kpi_nodes.node_kind,
        kpi_nodes.node_id,
        kpis.unit
    from {{ ref('int_kpi_nodes') }} as kpi_nodes
    inner join {{ source('company', 'kpis') }} as kpis on kpi_nodes.kpi_id = kpis.kpi_id
    where kpi_nodes.missing_inputs is null
),

-- Rows of the open and the last closed month: where there are none, there is nothing to be sure of.
counted as (
    select
        actuals.kpi_id,
        actuals.node_kind,
        actuals.node_id,
        sum(actuals.rows_counted)::bigint as n
    from {{ ref('int_base_actuals') }} as actuals
    cross join {{ source('company', 'settings') }} as settings
    where actuals.period_kind = 'month' and actuals.period_start >= {{ window_start('settings.as_of') }}
    group by actuals.kpi_id, actuals.node_kind, actuals.node_id
),

effects as (
    select
        kpi_nodes.kpi_id,
        kpi_nodes.node_kind,
        kpi_nodes.node_id,
        'effect' as dimension,
        coalesce(effects.row_count, counted.n, 0)::bigint as n,
        coalesce(effects.lacking, 0)::bigint as failed,
        coalesce(effects.estimate, 1) as estimate,
        coalesce(effects.blurs_target, false) as is_beyond,
        effects.whose,
        case
            when effects.kpi_id is not null then jsonb_build_object(
                'unit', kpi_nodes.unit,
                'month', to_char(effects.month_start, 'YYYY-MM'),
                'actual', effects.actual,
                'lowest', coalesce(to_jsonb(effects.lowest), '"−∞"'),
                'highest', coalesce(to_jsonb(effects.highest), '"∞"'),
                'target', effects.target,
                'without_amount', effects.without_amount::text,
                'without_date', effects.without_date::text
            )
        end as facts
    from kpi_nodes
    left join counted
        on kpi_nodes.kpi_id = counted.kpi_id
        and kpi_nodes.node_kind = counted.node_kind
        and kpi_nodes.node_id = counted.node_id
    left join {{ ref('int_kpi_effects') }} as effects
        on kpi_nodes.kpi_id = effects.kpi_id
        and kpi_nodes.node_kind = effects.node_kind
        and kpi_nodes.node_id = effects.node_id
),

-- Of the feeds that a KPI reads, the one that is furthest off.
kpi_feeds as (
    select distinct on (kpi_inputs.kpi_id)
        kpi_inputs.kpi_id,
        feeds.source,
        feeds.entity,
        feeds.month_start,
        feeds.per_day,
        feeds.lowest,
        feeds.highest,
        feeds.months,
        feeds.estimate
    from {{ source('company', 'kpi_inputs') }} as kpi_inputs
    inner join {{ ref('int_feed_volumes') }} as feeds on kpi_inputs.entity = feeds.entity
    order by
        kpi_inputs.kpi_id asc, feeds.estimate asc nulls last, feeds.months desc, feeds.source asc,
        feeds.entity asc
),

-- How much comes in says little of a single person, and nothing at all coming in concerns everyone.
volumes as (
    select
        kpi_nodes.kpi_id,
        kpi_nodes.node_kind,
        kpi_nodes.node_id,
        'volume' as dimension,
        kpi_feeds.months as n,
        case when kpi_feeds.estimate < 1 then 1 else 0 end::bigint as failed,
        kpi_feeds.estimate,
        false as is_beyond,
        null::text as whose,
        jsonb_build_object(
            'feed', kpi_feeds.source || ': ' || kpi_feeds.entity,
            'month', to_char(kpi_feeds.month_start, 'YYYY-MM'),
            'actual', kpi_feeds.per_day,
            'lowest', kpi_feeds.lowest,
            'highest', kpi_feeds.highest
        ) as facts
    from kpi_nodes
    inner join kpi_feeds on kpi_nodes.kpi_id = kpi_feeds.kpi_id
    where kpi_nodes.node_kind in ('company', 'team') or kpi_feeds.estimate = 0
),

restatements as (
    select
        kpi_nodes.kpi_id,
        kpi_nodes.node_kind,
        kpi_nodes.node_id,
        'restatement' as dimension,
        case when months.estimate is null then 0 else 1 end::bigint as n,
        case when months.estimate < 1 then 1 else 0 end::bigint as failed,
        months.estimate,
        false as is_beyond,
        null::text as whose,
        jsonb_build_object(
            'unit', kpi_nodes.unit,
            'month', to_char(months.month_start, 'YYYY-MM'),
            'day', to_char(months.said_on, 'YYYY-MM-DD'),
            'said', months.said,
            'known', months.known
        ) as facts
    from kpi_nodes
    inner join {{ ref('int_restated_months') }} as months
        on kpi_nodes.kpi_id = months.kpi_id
        and kpi_nodes.node_kind = months.node_kind
        and kpi_nodes.node_id = months.node_id
),

-- Where accounting says nothing, nothing is said.
reconciliations as (
    select
        kpi_nodes.kpi_id,
        kpi_nodes.node_kind,
        kpi_nodes.node_id,
        'reconciliation' as dimension,
        case when differences.estimate is null then 0 else 1 end::bigint as n,
        case when differences.estimate < 1 then 1 else 0 end::bigint as failed,
        differences.estimate,
        false as is_beyond,
        null::text as whose,
        jsonb_build_object(
            'unit', kpi_nodes.unit,
            'from_day', to_char(differences.period_start, 'YYYY-MM-DD'),
            'to_day', to_char(differences.period_end, 'YYYY-MM-DD'),
            'ledger', differences.ledger,
            'actual', differences.actual
        ) as facts
    from kpi_nodes
    inner join {{ ref('int_ledger_differences') }} as differences
        on kpi_nodes.kpi_id = differences.kpi_id
        and kpi_nodes.node_kind = differences.node_kind
        and kpi_nodes.node_id = differences.node_id
),

measured as (
    {%- for dimension in ['effects', 'volumes', 'restatements', 'reconciliations'] %}
    {{ 'union all' if not loop.first }}
    select
        kpi_id,
        node_kind,
        node_id,
        dimension,
        n,
        failed,
        estimate,
        is_beyond,
        whose,
        facts
    from {{ dimension }}
    {%- endfor %}
)

-- What is known is known without doubt; of what is not, anything may be true.
select
    kpi_id,
    node_kind,
    node_id,
    dimension,
    n,
    failed,
    estimate::numeric(38, 12) as estimate,
    case when is_beyond then 0 else coalesce(estimate, 0) end::numeric(38, 12) as lower,
    case when is_beyond then 0 else coalesce(estimate, 1) end::numeric(38, 12) as upper,
    whose,
    facts
from measured
