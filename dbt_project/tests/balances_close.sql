-- A balance opens with what it closed with and closes with what the scorecard counts. What one node hands
-- over another takes: at each level transfers cancel out, and what begins and ends is what begins and ends in
-- the company, in which nothing is transferred.
with counted as (
    select
        actuals.kpi_id,
        sides.side,
        actuals.node_kind,
        actuals.node_id,
        actuals.period_kind,
        actuals.period_start,
        sides.counted
    from {{ ref('int_actuals') }} as actuals
    inner join {{ source('company', 'kpis') }} as kpis on actuals.kpi_id = kpis.kpi_id
    cross join
        lateral (
            values
            ('numerator', actuals.numerator),
            ('denominator', actuals.denominator)
        ) as sides (side, counted)
    where
        kpis.over_time = 'balance'
        and kpis.aggregation in ('sum', 'ratio')
        and actuals.period_kind <> 'week'
        and sides.counted <> 0
),

changes as (
    select
        *,
        coalesce(lag(closing) over (
            partition by kpi_id, side, node_kind, node_id, period_kind
            order by period_start
        ), 0) as closed_before
    from {{ ref('int_balance_changes') }}
),

levels as (
    select
        kpi_id,
        side,
        node_kind,
        period_kind,
        period_start,
        sum(began) as began,
        sum(ended) as ended,
        sum(transferred_in) as transferred_in,
        sum(transferred_out) as transferred_out
    from changes
    group by kpi_id, side, node_kind, period_kind, period_start
),

company as (
    select
        kpi_id,
        side,
        period_kind,
        period_start,
        began,
        ended,
        transferred_in
    from levels
    where node_kind = 'company'
)

select
    kpi_id,
    side,
    node_kind,
    node_id,
    period_kind,
    period_start
from changes
full join counted using (kpi_id, side, node_kind, node_id, period_kind, period_start)
where
    coalesce(changes.closing, 0) <> coalesce(counted.counted, 0)
    or changes.opening <> changes.closed_before
    or changes.closing <> changes.opening + changes.began - changes.ended
    + changes.transferred_in - changes.transferred_out
union all
select
    kpi_id,
    side,
    levels.node_kind,
    null as node_id,
    period_kind,
    period_start
from levels
left join company using (kpi_id, side, period_kind, period_start)
where
    levels.began <> coalesce(company.began, 0)
    or levels.ended <> coalesce(company.ended, 0)
    or levels.transferred_in <> levels.transferred_out
    or company.transferred_in <> 0
