-- One row per node, period and month of it in which the node is there: which share of the node's month lies
-- in the period, how much of it is over tonight, by capacity or, of a node that has none in the month, by
-- working days; and the capacity that is left. Weeks to come are left out: nothing is shown of them.
with nodes as (
    select distinct
        node_kind,
        node_id,
        month_start
    from {{ ref('int_month_edges') }}
),

by_week as (
    select
        nodes.node_kind,
        nodes.node_id,
        capacity.month_start,
        capacity.week_start,
        sum(capacity.capacity) as capacity,
        sum(capacity.capacity_over) as capacity_over
    from {{ ref('int_capacity') }} as capacity
    cross join {{ levels('capacity') }} as nodes (node_kind, node_id)
    where {{ is_planned('capacity.month_start') }}
    group by nodes.node_kind, nodes.node_id, capacity.month_start, capacity.week_start
),

by_month as (
    select
        node_kind,
        node_id,
        month_start,
        null::date as week_start,
        sum(capacity) as capacity,
        sum(capacity_over) as capacity_over
    from by_week
    group by node_kind, node_id, month_start
),

pieces as (
    select
        *,
        'week' as piece
    from by_week
    union all
    select
        *,
        'month' as piece
    from by_month
),

working_days as (
    select
        month_start,
        working_days
    from {{ ref('int_period_months') }}
    where period_kind = 'month'
)

select
    nodes.node_kind,
    nodes.node_id,
    parts.period_kind,
    parts.period_start,
    parts.month_start,
    parts.is_last,
    case
        when months.capacity > 0 then coalesce(pieces.capacity, 0) / months.capacity
        else parts.working_days::numeric / nullif(working_days.working_days, 0)
    end as share_of_month,
    case
        when months.capacity > 0 then coalesce(pieces.capacity_over, 0) / months.capacity
        else parts.working_days_over::numeric / nullif(working_days.working_days, 0)
    end as share_over,
    coalesce(pieces.capacity - pieces.capacity_over, 0) as capacity_left,
    count(*) over (
        partition by nodes.node_kind, nodes.node_id, parts.period_kind, parts.period_start
    ) as months
from nodes
inner join {{ ref('int_period_months') }} as parts on nodes.month_start = parts.month_start
inner join working_days on nodes.month_start = working_days.month_start
left join by_month as months
    on nodes.node_kind = months.node_kind
    and nodes.node_id = months.node_id
    and nodes.month_start = months.month_start
left join pieces
    on nodes.node_kind = pieces.node_kind
    and nodes.node_id = pieces.node_id
    and nodes.month_start = pieces.month_start
    and pieces.piece = case when parts.period_kind = 'week' then 'week' else 'month' end
    and (parts.period_kind <> 'week' or pieces.week_start = parts.period_start)
where parts.period_kind <> 'week' or parts.period_start <= {{ as_of() }}
