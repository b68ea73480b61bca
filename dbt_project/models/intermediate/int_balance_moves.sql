-- One row per balance, side of it, node and month in which it changed there: what began to count and what
-- ceased to, what came from another node and what went to one. What ceases at one node and begins at another
-- on the same day, of the same record and with the same amount, has moved. If fewer begin than cease, or
-- more, nothing tells which of them moved; it is then those at the first nodes by name.
with edges as not materialized (
    select
        pieces.kpi_id,
        pieces.record_id,
        pieces.person_id,
        pieces.team_id,
        pieces.region_id,
        pieces.company_id,
        pieces.numerator,
        pieces.denominator,
        ends.day_on,
        ends.times
    from {{ ref('int_kpi_pieces') }} as pieces
    cross join
        lateral (
            values
            (pieces.starts_on, 1),
            (pieces.ends_on, -1)
        ) as ends (day_on, times)
    where pieces.over_time = 'balance' and ends.day_on <= {{ as_of() }}
),

days as (
    select
        kpi_id,
        record_id,
        day_on,
        min(person_id) as person_id,
        min(team_id) as team_id,
        min(region_id) as region_id,
        min(company_id) as company_id,
        coalesce(sum(numerator) filter (where times > 0), 0) as numerator_begun,
        coalesce(sum(numerator) filter (where times < 0), 0) as numerator_ended,
        coalesce(sum(denominator) filter (where times > 0), 0) as denominator_begun,
        coalesce(sum(denominator) filter (where times < 0), 0) as denominator_ended,
        -- Of most records one piece begins, or ends, or goes on as another in the same place. Only of the
        -- others may anything have moved. (A text, since PostgreSQL expects few rows of one text, and half of
        -- all rows of a boolean.)
        case
            when
                count(*) filter (where times > 0) <= 1
                and count(*) filter (where times < 0) <= 1
                and min(person_id) = max(person_id)
                and min(team_id) = max(team_id)
                and min(region_id) = max(region_id)
                then 'plain'
            else 'to be matched'
        end as change_kind
    from edges
    group by kpi_id, record_id, day_on
),

-- What goes on with the same amount has not changed.
unmoved as (
    select
        days.kpi_id,
        sides.side,
        days.person_id,
        days.team_id,
        days.region_id,
        days.company_id,
        date_trunc('month', days.day_on)::date as month_start,
        sum(sides.begun) as began,
        sum(sides.ended) as ended
    from days
    cross join
        lateral (
            values
            ('numerator', days.numerator_begun, days.numerator_ended),
            ('denominator', days.denominator_begun, days.denominator_ended)
        ) as sides (side, begun, ended)
    where days.change_kind = 'plain' and sides.begun <> sides.ended
    group by
        days.kpi_id, sides.side, days.person_id, days.team_id, days.region_id, days.company_id, month_start
),

of_nodes as (
    select
        edges.kpi_id,
        sides.side,
        edges.record_id,
        edges.day_on,
        sides.amount,
        nodes.node_kind,
        nodes.node_id,
        sum(edges.times) as times
    from edges
    inner join days
        on edges.kpi_id = days.kpi_id and edges.record_id = days.record_id and edges.day_on = days.day_on
    cross join
        lateral (
            values
            ('numerator', edges.numerator),
            ('denominator', edges.denominator)
        ) as sides (side, amount)
    cross join {{ levels('edges') }} as nodes (node_kind, node_id)
    where days.change_kind = 'to be matched' and sides.amount <> 0
    group by
        edges.kpi_id, sides.side, edges.record_id, edges.day_on, sides.amount, nodes.node_kind, nodes.node_id
    having sum(edges.times) <> 0
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
