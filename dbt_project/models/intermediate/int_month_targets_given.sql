-- One row per KPI, level, node and month that a given target reaches. What adds up over time is spread: a
-- month without its own target gets its share, by the node's capacity and the KPI's season, of what its
-- quarter or year leaves after the targets given for shorter periods. What does not add up (a rate, a
-- balance) holds as it is given.
with given as (
    select
        targets.kpi_id,
        targets.level,
        targets.node_id,
        targets.period_kind,
        targets.period_start,
        targets.target,
        targets.target_version,
        {{ adds_up_over_time('kpis') }} as is_spread,
        {{ target_decimals('kpis', 'settings') }} as decimals
    from {{ ref('int_targets_in_force') }} as targets
    inner join {{ source('company', 'kpis') }} as kpis on targets.kpi_id = kpis.kpi_id
    cross join {{ source('company', 'settings') }} as settings
),

months as (
    select
        periods.period_kind,
        periods.period_start,
        months.period_start as month_start,
        dates.quarter_start,
        dates.year_start,
        months.working_days
    from {{ ref('int_periods') }} as months
    inner join {{ ref('dim_dates') }} as dates on months.period_start = dates.date_on
    cross join {{ periods_of('dates') }} as periods (period_kind, period_start)
    where months.period_kind = 'month' and periods.period_kind <> 'week'
),

reached as (
    select
        given.kpi_id,
        given.level,
        given.node_id,
        given.is_spread,
        given.decimals,
        months.month_start,
        months.quarter_start,
        months.year_start,
        months.working_days,
        max(given.target) filter (where given.period_kind = 'month') as month_target,
        max(given.target) filter (where given.period_kind = 'quarter') as quarter_target,
        max(given.target) filter (where given.period_kind = 'year') as year_target,
        max(given.target_version) filter (where given.period_kind = 'month') as month_version,
        max(given.target_version) filter (where given.period_kind = 'quarter') as quarter_version,
        max(given.target_version) filter (where given.period_kind = 'year') as year_version
    from given
    inner join months
        on given.period_kind = months.period_kind and given.period_start = months.period_start
    where given.target is not null
    group by
        given.kpi_id, given.level, given.node_id, given.is_spread, given.decimals, months.month_start,
        months.quarter_start, months.year_start, months.working_days
),

capacity as (
    select
        node_id,
        month_start,
        sum(capacity) as capacity
    from {{ ref('int_month_edges') }}
    group by node_id, month_start
),

-- A year's target is meant for the whole of it: the part after a person has left lapses.
people as (
    select
        edges.node_id,
        people.full_time_share,
        max(edges.month_start) as last_month
    from {{ ref('int_month_edges') }} as edges
    inner join {{ ref('dim_people') }} as people on edges.node_id = people.person_id
    where edges.node_kind = 'person'
    group by edges.node_id, people.full_time_share
),

weighed as (
    select
        reached.*,
        coalesce(seasons.season, 1) * reached.working_days as days,
        coalesce(seasons.season, 1) * coalesce(
            capacity.capacity,
            case
                when reached.month_start > people.last_month
                    then reached.working_days * people.full_time_share
            end,
            0
        ) as weight
    from reached
    left join capacity on reached.node_id = capacity.node_id and reached.month_start = capacity.month_start
    left join people on reached.node_id = people.node_id
    left join {{ ref('int_seasons') }} as seasons
        on reached.kpi_id = seasons.kpi_id
        and reached.year_start = seasons.year_start
        and extract(month from reached.month_start)::integer = seasons.month_of_year
),

-- What a year leaves to the months that neither they nor their quarter were given anything.
quarters_and_months as (
    select
        *,
        month_target is null and quarter_target is not null as is_from_quarter,
        month_target is null and quarter_target is null as is_from_year,
        sum(month_target) over (partition by kpi_id, level, node_id, quarter_start) as given_in_quarter,
        case
            when quarter_target is null then month_target
            when
                month_start = min(month_start) over (partition by kpi_id, level, node_id, quarter_start)
                then quarter_target
        end as given_to_year
    from weighed
),

pots as (
    select
        kpi_id,
        level,
        node_id,
        is_spread,
        decimals,
        month_start,
        month_target,
        days,
        weight,
        coalesce(month_version, quarter_version, year_version) as target_version,
        case
            when is_from_quarter then quarter_start
            when is_from_year then year_start
        end as pot_start,
        case when is_from_quarter then 'quarter' when is_from_year then 'year' else 'month' end as pot_kind,
        case
            when not is_spread then coalesce(month_target, quarter_target, year_target)
            when is_from_quarter then greatest(quarter_target - coalesce(given_in_quarter, 0), 0)
            when is_from_year
                then greatest(
                    year_target
                    - coalesce(sum(given_to_year) over (partition by kpi_id, level, node_id, year_start), 0),
                    0
                )
        end as pot
    from quarters_and_months
),

running as (
    select
        *,
        sum(weight) over months as weight_in_all,
        sum(weight) over months_so_far as weight_through,
        sum(days) over months as days_in_all,
        sum(days) over months_so_far as days_through
    from pots
    window
        months as (partition by kpi_id, level, node_id, pot_kind, pot_start),
        months_so_far as (partition by kpi_id, level, node_id, pot_kind, pot_start order by month_start)
)

select
    kpi_id,
    level,
    node_id,
    month_start,
    case
        when month_target is not null then month_target
        when not is_spread then pot
        when weight_in_all > 0
            then {{ part_of(
                'pot',
                '(weight_through - weight) / weight_in_all',
                'weight_through / weight_in_all',
                'decimals'
            ) }}
        -- Whoever has no capacity at all is planned by working days.
        else
            {{ part_of(
                'pot',
                '(days_through - days) / nullif(days_in_all, 0)',
                'days_through / nullif(days_in_all, 0)',
                'decimals'
            ) }}
    end as target,
    target_version
from running
