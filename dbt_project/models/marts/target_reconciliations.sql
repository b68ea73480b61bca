with kpis as (
    select
        kpis.kpi_id,
        {{ adds_up_over_time('kpis') }} as is_spread
    from {{ source('company', 'kpis') }} as kpis
    where {{ adds_up('kpis') }}
),

parents as (
    select
        targets.kpi_id,
        targets.node_kind,
        targets.node_id,
        targets.period_kind,
        targets.period_start,
        levels.level,
        levels.target
    from {{ ref('int_targets') }} as targets
    inner join kpis on targets.kpi_id = kpis.kpi_id
    cross join
        lateral (
            values
            ('threshold', targets.threshold),
            ('target', targets.target),
            ('stretch', targets.stretch)
        ) as levels (level, target)
    where targets.node_kind <> 'person' and targets.period_kind <> 'week' and levels.target is not null
),

children as (
    select
        edges.kpi_id,
        edges.level,
        edges.parent_id,
        edges.month_start,
        sum(edges.target) as target
    from {{ ref('int_month_edge_targets') }} as edges
    inner join kpis on edges.kpi_id = kpis.kpi_id
    where edges.parent_id is not null
    group by edges.kpi_id, edges.level, edges.parent_id, edges.month_start
),

children_by_period as (
    select
        children.kpi_id,
        children.level,
        children.parent_id,
        months.period_kind,
        months.period_start,
        sum(children.target) as target
    from children
    inner join kpis on children.kpi_id = kpis.kpi_id
    inner join {{ ref('int_period_months') }} as months
        on children.month_start = months.month_start
        and months.period_kind <> 'week'
        and (kpis.is_spread or months.is_last)
    group by
        children.kpi_id, children.level, children.parent_id, months.period_kind, months.period_start
)

select
    parents.kpi_id,
    parents.node_id,
    parents.node_kind,
    parents.period_kind,
    parents.period_start,
    parents.level,
    parents.target,
    coalesce(children.target, 0) as children_target,
    (coalesce(children.target, 0) / nullif(parents.target, 0))::numeric(38, 12) as coverage,
    greatest(coalesce(children.target, 0) - parents.target, 0) as over_assigned
from parents
left join children_by_period as children
    on parents.kpi_id = children.kpi_id
    and parents.level = children.level
    and parents.node_id = children.parent_id
    and parents.period_kind = children.period_kind
    and parents.period_start = children.period_start
