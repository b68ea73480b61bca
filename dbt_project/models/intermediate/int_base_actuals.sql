-- One row per KPI that counts rows, node and period in which the node is active or has rows: what was
-- achieved.
with settings as (
    select as_of
    from {{ source('company', 'settings') }}
),

-- Scorecards begin with the first day that any KPI knows.
beginning as (
    select coalesce(min(kpi_days.day_on), min(settings.as_of)) as first_on
    from settings
    left join {{ ref('fct_kpi_days') }} as kpi_days on true
),

periods as (
    select
        periods.period_kind,
        periods.period_start,
        periods.period_end
    from {{ ref('int_periods') }} as periods
    cross join settings
    cross join beginning
    where periods.period_end >= beginning.first_on and periods.period_start <= settings.as_of
),

nodes as (
    select distinct
        node_kind,
        node_id
    from {{ ref('dim_nodes') }}
),

active as (
    select distinct
        nodes.node_kind,
        nodes.node_id,
        periods.period_kind,
        periods.period_start
    from {{ ref('dim_nodes') }} as nodes
    inner join periods
        on daterange(nodes.valid_from, nodes.valid_to)
        && daterange(periods.period_start, periods.period_end, '[]')
    where
        nodes.node_id not in (
            {{ unassigned('person') }}, {{ unassigned('team') }}, {{ unassigned('region') }}
        )
),

kpis as (
    select
        kpis.kpi_id,
        kpis.aggregation,
        kpis.over_time,
        kinds.period_kind
    from {{ source('company', 'kpis') }} as kpis
    inner join
        (values ('week', 1), ('month', 2), ('quarter', 3), ('year', 4)) as kinds (period_kind, length)
        on kinds.length >= kpis.shortest_period_length
    where kpis.aggregation <> 'composite'
),

-- A balance goes on where nothing changes, so its running sum needs every period.
summed as (
    select
        kpis.kpi_id,
        kpis.aggregation,
        nodes.node_kind,
        nodes.node_id,
        periods.period_kind,
        periods.period_start,
        periods.period_end,
        case
            when kpis.over_time = 'balance' then sum(changes.numerator) over running
            else changes.numerator
        end as numerator,
        case
            when kpis.over_time = 'balance' then sum(changes.denominator) over running
            else changes.denominator
        end as denominator,
        case
            when kpis.over_time = 'balance' then sum(changes.rows_counted) over running
            else changes.rows_counted
        end as rows_counted
    from kpis
    inner join periods on kpis.period_kind = periods.period_kind
    cross join nodes
    left join {{ ref('int_node_period_changes') }} as changes
        on kpis.kpi_id = changes.kpi_id
        and nodes.node_kind = changes.node_kind
        and nodes.node_id = changes.node_id
        and periods.period_kind = changes.period_kind
        and periods.period_start = changes.period_start
    window running as (
        partition by kpis.kpi_id, nodes.node_kind, nodes.node_id, periods.period_kind
        order by periods.period_start
    )
)

select
    summed.kpi_id,
    summed.node_kind,
    summed.node_id,
    summed.period_kind,
    summed.period_start,
    summed.period_end,
    case when summed.aggregation in ('sum', 'ratio') then coalesce(summed.numerator, 0) end as numerator,
    case when summed.aggregation = 'ratio' then coalesce(summed.denominator, 0) end as denominator,
    case summed.aggregation
        when 'sum' then coalesce(summed.numerator, 0)
        -- PostgreSQL's own sixteen digits, rounded, would be rounded twice; thirty decimals are enough.
        when 'ratio' then (round(summed.numerator, 30) / nullif(summed.denominator, 0))::numeric(38, 12)
        when 'distinct' then coalesce(row_values.actual, 0)
        else row_values.actual
    end as actual,
    coalesce(summed.rows_counted, 0)::bigint as rows_counted
from summed
left join active
    on summed.node_kind = active.node_kind
    and summed.node_id = active.node_id
    and summed.period_kind = active.period_kind
    and summed.period_start = active.period_start
left join {{ ref('int_node_period_row_values') }} as row_values
    on summed.kpi_id = row_values.kpi_id
    and summed.node_kind = row_values.node_kind
    and summed.node_id = row_values.node_id
    and summed.period_kind = row_values.period_kind
    and summed.period_start = row_values.period_start
where active.node_id is not null or summed.rows_counted > 0
