{#-
    What is missing, as an effect on the number. The number shown counts a row that lacks its amount, its date or
    a side of its ratio as nothing. It may belong to the month with any amount that the KPI's complete rows
    show: from the 5th to the 95th percentile of the testing window. Of a ratio, what a row may show is its own
    ratio, from the least to the greatest where these are shares, which are often 0 or 1. Each such row is left
    out as it is, or counted with what moves the number furthest, once down and once up.

    What moves a ratio N ÷ D up is a row whose n exceeds its share of it: n > N ÷ D × d, a step of Dinkelbach, W.
    (1967), "On Nonlinear Fractional Programming", Management Science 13(7). Values below a median move it down,
    those above it up.
-#}

-- One row per KPI and node whose number may be another, since something is missing from its rows: between
-- what the number of the open or the last closed month may lie, of the two the one that is worse off.
with months as (
    select
        periods.period_start as month_start,
        least(periods.period_end, settings.as_of) as last_on
    from {{ ref('int_periods') }} as periods
    cross join {{ source('company', 'settings') }} as settings
    where
        periods.period_kind = 'month'
        and periods.period_start between {{ window_start('settings.as_of') }} and settings.as_of
),

windowed as (
    select
        rows.kpi_id,
        rows.event_id,
        rows.record_id,
        coalesce(rows.person_id, {{ unassigned('person') }}) as person_id,
        rows.event_on,
        rows.until_on,
        rows.numerator,
        rows.denominator,
        kpis.aggregation,
        kpis.over_time,
        rows.numerator is null or (kpis.aggregation = 'ratio' and rows.denominator is null) as lacks_amount,
        rows.event_on is null as lacks_date
    from {{ ref('kpi_rows') }} as rows
    inner join {{ source('company', 'kpis') }} as kpis on rows.kpi_id = kpis.kpi_id
    cross join {{ source('company', 'settings') }} as settings
    where
        rows.event_on is null
        or (
            rows.event_on <= settings.as_of
            and case
                when kpis.over_time = 'flow' then rows.event_on >= {{ window_start('settings.as_of') }}
                else coalesce(rows.until_on > {{ window_start('settings.as_of') }}, true)
            end
        )
),

lacking as (
    select *
    from windowed
    where lacks_amount or lacks_date
),

complete as (
    select
        kpi_id,
        aggregation,
        case when aggregation = 'ratio' then denominator else numerator end as amount,
        numerator / nullif(denominator, 0) as rate
    from windowed
    where not lacks_amount and kpi_id in (select lacking.kpi_id from lacking)
),

-- Computed once: the planner takes the rows that lack something for one, and would compute it for each.
ranges as materialized (
    select
        kpi_id,
        percentile_cont(0.05) within group (order by amount)::numeric as amount_low,
        percentile_cont(0.95) within group (order by amount)::numeric as amount_high,
        case
            when min(rate) >= -1 and max(rate) <= 1 then min(rate)
            else percentile_cont(0.05) within group (order by rate)::numeric
        end as rate_low,
        case
            when min(rate) >= -1 and max(rate) <= 1 then max(rate)
            else percentile_cont(0.95) within group (order by rate)::numeric
        end as rate_high
    from complete
    group by kpi_id
),

filled as (
    select
        lacking.*,
        months.month_start,
        case
            when lacking.over_time = 'flow' and not lacking.lacks_date then lacking.event_on
            else months.last_on
        end as placed_on,
        ranges.rate_low,
        ranges.rate_high,
        coalesce(lacking.numerator, ranges.amount_low) as amount_low,
        coalesce(lacking.numerator, ranges.amount_high) as amount_high,
        -- No ratio of a row is greater than the greatest.
        coalesce(
            lacking.denominator, greatest(ranges.amount_low, lacking.numerator / nullif(ranges.rate_high, 0))
        ) as denominator_low,
        coalesce(
            lacking.denominator, greatest(ranges.amount_high, lacking.numerator / nullif(ranges.rate_high, 0))
        ) as denominator_high,
        lacking.lacks_amount and ranges.kpi_id is null as is_unbounded
    from lacking
    inner join months
        on coalesce(
            case
                when lacking.over_time = 'flow'
                    then lacking.event_on between months.month_start and months.last_on
                else lacking.event_on <= months.last_on
            end,
            true
        )
        and coalesce(lacking.until_on > months.last_on, true)
    left join ranges on lacking.kpi_id = ranges.kpi_id
),

-- A month without a number shows none that could mislead.
of_nodes as (
    select
        filled.*,
        nodes.node_kind,
        nodes.node_id,
        actuals.numerator as node_numerator,
        actuals.denominator as node_denominator,
        actuals.actual,
        actuals.rows_counted,
        case
            when actuals.actual < 0 and filled.numerator is not null then filled.denominator_low
            else filled.denominator_high
        end as denominator_down,
        case
            when actuals.actual < 0 or filled.numerator is null then filled.denominator_high
            else filled.denominator_low
        end as denominator_up
    from filled
    inner join {{ ref('int_person_teams') }} as teams
        on filled.person_id = teams.person_id and teams.valid_during @> filled.placed_on
    cross join {{ levels('teams') }} as nodes (node_kind, node_id)
    inner join {{ ref('int_base_actuals') }} as actuals
        on filled.kpi_id = actuals.kpi_id
        and nodes.node_kind = actuals.node_kind
        and nodes.node_id = actuals.node_id
        and actuals.period_kind = 'month'
        and filled.month_start = actuals.period_start
        and actuals.actual is not null
),

extremes as (
    select
        *,
        case
            when aggregation = 'ratio' then coalesce(numerator, rate_low * denominator_down)
            else amount_low
        end as numerator_down,
        case
            when aggregation = 'ratio' then coalesce(numerator, rate_high * denominator_up)
            else amount_high
        end as numerator_up
    from of_nodes
),

directed as (
    select
        *,
        case aggregation
            when 'ratio' then numerator_down < actual * denominator_down
            when 'median' then numerator_down < actual
            else numerator_down < 0
        end as is_down,
        case aggregation
            when 'ratio' then numerator_up > actual * denominator_up
            when 'median' then numerator_up > actual
            else numerator_up > 0
        end as is_up
    from extremes
),

summed as (
    select
        kpi_id,
        node_kind,
        node_id,
        month_start,
        aggregation,
        actual,
        rows_counted,
        node_numerator,
        node_denominator,
        bool_or(is_unbounded) as is_unbounded,
        count(*) as lacking,
        count(*) filter (where lacks_amount) as without_amount,
        count(*) filter (where lacks_date) as without_date,
        count(distinct record_id) filter (where lacks_date) as records_without_date,
        coalesce(sum(numerator_down) filter (where is_down), 0) as numerator_down,
        coalesce(sum(numerator_up) filter (where is_up), 0) as numerator_up,
        coalesce(sum(denominator_down) filter (where is_down), 0) as denominator_down,
        coalesce(sum(denominator_up) filter (where is_up), 0) as denominator_up
    from directed
    group by
        kpi_id, node_kind, node_id, month_start, aggregation, actual, rows_counted, node_numerator,
        node_denominator
),

of_medians as (
    select
        summed.kpi_id,
        summed.node_kind,
        summed.node_id,
        summed.month_start,
        pieces.numerator,
        true as is_down,
        true as is_up
    from {{ ref('int_kpi_pieces') }} as pieces
    inner join months on pieces.starts_on between months.month_start and months.last_on
    cross join {{ levels('pieces') }} as nodes (node_kind, node_id)
    inner join summed
        on pieces.kpi_id = summed.kpi_id
        and nodes.node_kind = summed.node_kind
        and nodes.node_id = summed.node_id
        and months.month_start = summed.month_start
        and summed.aggregation = 'median'
    union all
    select
        directed.kpi_id,
        directed.node_kind,
        directed.node_id,
        directed.month_start,
        fills.numerator,
        fills.is_down,
        not fills.is_down as is_up
    from directed
    cross join
        lateral (
            values
            (directed.numerator_down, directed.is_down, true),
            (directed.numerator_up, directed.is_up, false)
        ) as fills (numerator, counts, is_down)
    where directed.aggregation = 'median' and fills.counts
),

medians as (
    select
        kpi_id,
        node_kind,
        node_id,
        month_start,
        percentile_cont(0.5) within group (order by numerator) filter (where is_down) as lowest,
        percentile_cont(0.5) within group (order by numerator) filter (where is_up) as highest
    from of_medians
    group by kpi_id, node_kind, node_id, month_start
),

bounded as (
    select
        summed.*,
        case
            when summed.is_unbounded then null
            when summed.aggregation = 'sum' then summed.actual + summed.numerator_down
            when summed.aggregation = 'ratio'
                then
                    (summed.node_numerator + summed.numerator_down)
                    / nullif(summed.node_denominator + summed.denominator_down, 0)
            when summed.aggregation = 'median' then medians.lowest
            else summed.actual
        end::numeric(38, 12) as lowest,
        case
            when summed.is_unbounded then null
            when summed.aggregation = 'sum' then summed.actual + summed.numerator_up
            when summed.aggregation = 'ratio'
                then
                    (summed.node_numerator + summed.numerator_up)
                    / nullif(summed.node_denominator + summed.denominator_up, 0)
            when summed.aggregation = 'median' then medians.highest
            else summed.actual + summed.records_without_date
        end::numeric(38, 12) as highest
    from summed
    left join medians
        on summed.kpi_id = medians.kpi_id
        and summed.node_kind = medians.node_kind
        and summed.node_id = medians.node_id
        and summed.month_start = medians.month_start
),

judged as (
    select
        bounded.*,
        targets.target,
        -- Nothing divides by zero: a number of 0 that may be another is as far off as can be.
        case
            when bounded.lowest = bounded.highest then 1
            else coalesce(
                greatest(1 - (bounded.highest - bounded.lowest) / nullif(abs(bounded.actual), 0), 0), 0
            )
        end::numeric(38, 12) as estimate,
        coalesce(
            bounded.highest - bounded.lowest > abs(bounded.actual - targets.target) / 2, false
        ) as blurs_target
    from bounded
    left join {{ ref('int_month_targets') }} as targets
        on bounded.kpi_id = targets.kpi_id
        and bounded.node_kind = targets.node_kind
        and bounded.node_id = targets.node_id
        and bounded.month_start = targets.month_start
),

whose as (
    select
        directed.kpi_id,
        directed.node_kind,
        directed.node_id,
        directed.month_start,
        (
            array_agg(
                coalesce(people.person_name, 'unassigned') || ' ' || directed.lacking
                order by directed.lacking desc, directed.person_id asc
            )
        )[:3] as people
    from (
        select
            kpi_id,
            node_kind,
            node_id,
            month_start,
            person_id,
            count(*) as lacking
        from directed
        group by kpi_id, node_kind, node_id, month_start, person_id
    ) as directed
    left join {{ ref('dim_people') }} as people on directed.person_id = people.person_id
    group by directed.kpi_id, directed.node_kind, directed.node_id, directed.month_start
)

select distinct on (judged.kpi_id, judged.node_kind, judged.node_id)
    judged.kpi_id,
    judged.node_kind,
    judged.node_id,
    judged.month_start,
    judged.actual,
    judged.lowest,
    judged.highest,
    judged.target,
    judged.blurs_target,
    judged.estimate,
    judged.rows_counted + judged.without_date as row_count,
    judged.lacking,
    judged.without_amount,
    judged.without_date,
    array_to_string(whose.people, ', ') as whose
from judged
inner join whose
    on judged.kpi_id = whose.kpi_id
    and judged.node_kind = whose.node_kind
    and judged.node_id = whose.node_id
    and judged.month_start = whose.month_start
order by
    judged.kpi_id asc, judged.node_kind asc, judged.node_id asc, judged.blurs_target desc,
    judged.estimate asc, judged.month_start desc
