-- One row per balance, side of it, node and month in which it changed there: what began to count and what
-- ceased to, what came from another node and what went to one. What ceases at one node and begins at another
-- on the same day, of the same record and with the same amount, has moved. If fewer begin than cease, or
-- more, nothing tells which of them moved; it is then those at the first nodes by name.
with pieces as (
    select
        pieces.kpi_id,
        sides.side,
        pieces.record_id,
        pieces.person_id,
        pieces.team_id,
        pieces.region_id,
        pieces.company_id,
        pieces.starts_on,
        pieces.ends_on,
        sides.amount
    from {{ ref('int_kpi_pieces') }} as pieces
    cross join
        lateral (
            values
            ('numerator', pieces.numerator),
            ('denominator', pieces.denominator)
        ) as sides (side, amount)
    where pieces.over_time = 'balance' and sides.amount <> 0
),

edges as (
    select
        pieces.kpi_id,
        pieces.side,
        pieces.record_id,
        pieces.person_id,
        pieces.team_id,
        pieces.region_id,
        pieces.company_id,
        ends.day_on,
        pieces.amount,
        ends.times
    from pieces
    cross join
        lateral (
            values
            (pieces.starts_on, 1),
            (pieces.ends_on, -1)
        ) as ends (day_on, times)
    where ends.day_on <= {{ as_of() }}
),

-- A piece that goes on as another has not changed.
changed as (
    select
        kpi_id,
        side,
        record_id,
        person_id,
        team_id,
        region_id,
        company_id,
        day_on,
        amount,
        sum(times) as times
    from edges
    group by kpi_id, side, record_id, person_id, team_id, region_id, company_id, day_on, amount
    having sum(times) <> 0
),

-- Only a record of which something ceases and something begins may have moved: few do.
movable as (
    select
        kpi_id,
        side,
        record_id,
        day_on,
        amount
    from changed
    group by kpi_id, side, record_id, day_on, amount
    having min(times) < 0 and max(times) > 0
),

told as (
    select
        changed.*,
        movable.kpi_id is not null as may_have_moved
    from changed
    left join movable
        on changed.kpi_id = movable.kpi_id
        and changed.side = movable.side
        and changed.record_id = movable.record_id
        and changed.day_on = movable.day_on
        and changed.amount = movable.amount
),

of_nodes as (
    select
        told.kpi_id,
        told.side,
        told.record_id,
        told.day_on,
        told.amount,
        nodes.node_kind,
        nodes.node_id,
        sum(told.times) as times
    from told
    cross join {{ levels('told') }} as nodes (node_kind, node_id)
    where told.may_have_moved
    group by
        told.kpi_id, told.side, told.record_id, told.day_on, told.amount, nodes.node_kind, nodes.node_id
    having sum(told.times) <> 0
),

counted as (
    select
        kpi_id,
        side,
        day_on,
        amount,
        node_kind,
        node_id,
        times,
        least(
            coalesce(sum(times) filter (where times > 0) over same, 0),
            coalesce(-sum(times) filter (where times < 0) over same, 0)
        ) as moved_times,
        sum(abs(times)) over (
            partition by kpi_id, side, record_id, day_on, amount, node_kind, times > 0 order by node_id
        ) - abs(times) as times_before
    from of_nodes
    window same as (partition by kpi_id, side, record_id, day_on, amount, node_kind)
),

parted as (
    select
        *,
        greatest(least(abs(times), moved_times - times_before), 0) as transferred
    from counted
),

unmoved as (
    select
        kpi_id,
        side,
        person_id,
        team_id,
        region_id,
        company_id,
        date_trunc('month', day_on)::date as month_start,
        sum(amount * times) filter (where times > 0) as began,
        -sum(amount * times) filter (where times < 0) as ended
    from told
    where not may_have_moved
    group by kpi_id, side, person_id, team_id, region_id, company_id, month_start
),

united as (
    select
        kpi_id,
        side,
        node_kind,
        node_id,
        date_trunc('month', day_on)::date as month_start,
        case when times > 0 then amount * (times - transferred) end as began,
        case when times < 0 then amount * (-times - transferred) end as ended,
        case when times > 0 then amount * transferred end as transferred_in,
        case when times < 0 then amount * transferred end as transferred_out
    from parted
    union all
    select
        unmoved.kpi_id,
        unmoved.side,
        nodes.node_kind,
        nodes.node_id,
        unmoved.month_start,
        unmoved.began,
        unmoved.ended,
        null as transferred_in,
        null as transferred_out
    from unmoved
    cross join {{ levels('unmoved') }} as nodes (node_kind, node_id)
)

select
    kpi_id,
    side,
    node_kind,
    node_id,
    month_start,
    coalesce(sum(began), 0) as began,
    coalesce(sum(ended), 0) as ended,
    coalesce(sum(transferred_in), 0) as transferred_in,
    coalesce(sum(transferred_out), 0) as transferred_out
from united
group by kpi_id, side, node_kind, node_id, month_start
