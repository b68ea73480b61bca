-- One row per balance, side of it, node and month, quarter or year in which it was not 0 or changed: from its
-- opening to its closing, also where the scorecard is withheld.
with changes as (
    select
        moves.kpi_id,
        moves.side,
        moves.node_kind,
        moves.node_id,
        periods.period_kind,
        periods.step,
        periods.period_start,
        sum(moves.began) as began,
        sum(moves.ended) as ended,
        sum(moves.transferred_in) as transferred_in,
        sum(moves.transferred_out) as transferred_out
    from {{ ref('int_balance_moves') }} as moves
    inner join {{ source('company', 'kpis') }} as kpis on moves.kpi_id = kpis.kpi_id
    inner join {{ ref('dim_dates') }} as dates on moves.month_start = dates.date_on
    cross join
        lateral (
            values
            ('month', 2, interval '1 month', dates.month_start),
            ('quarter', 3, interval '3 months', dates.quarter_start),
            ('year', 4, interval '1 year', dates.year_start)
        ) as periods (period_kind, length, step, period_start)
    where periods.length >= kpis.shortest_period_length
    group by
        moves.kpi_id, moves.side, moves.node_kind, moves.node_id,
        periods.period_kind, periods.step, periods.period_start
),

summed as (
    select
        *,
        sum(began - ended + transferred_in - transferred_out) over running as closing,
        lead(period_start) over running as next_start
    from changes
    window running as (
        partition by kpi_id, side, node_kind, node_id, period_kind
        order by period_start
    )
),

-- A balance goes on where nothing changes.
spread as (
    select
        summed.kpi_id,
        summed.side,
        summed.node_kind,
        summed.node_id,
        summed.period_kind,
        starts.start_at::date as period_start,
        (starts.start_at + summed.step - interval '1 day')::date as period_end,
        summed.closing,
        case when starts.nth = 1 then summed.began else 0 end as began,
        case when starts.nth = 1 then summed.ended else 0 end as ended,
        case when starts.nth = 1 then summed.transferred_in else 0 end as transferred_in,
        case when starts.nth = 1 then summed.transferred_out else 0 end as transferred_out
    from summed
    cross join
        lateral generate_series(
            summed.period_start::timestamp,
            case
                when summed.closing = 0 then summed.period_start
                else coalesce(summed.next_start - 1, {{ as_of() }})
            end,
            summed.step
        ) with ordinality as starts (start_at, nth)
)

select
    kpi_id,
    side,
    node_kind,
    node_id,
    period_kind,
    period_start,
    period_end,
    closing - began + ended - transferred_in + transferred_out as opening,
    began,
    ended,
    transferred_in,
    transferred_out,
    closing
from spread
