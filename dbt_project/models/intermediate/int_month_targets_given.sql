-- One row per KPI, node and month that a given target reaches. What adds up over time is spread: a month
-- without its own target gets its share, by working days, of what its quarter or year leaves after the
-- targets given for shorter periods. What does not add up (a rate, a balance) holds as it is given.
with given as (
    select
        targets.kpi_id,
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
        periods.period_start as month_start,
        dates.quarter_start,
        dates.year_start,
        periods.working_days
    from {{ ref('int_periods') }} as periods
    inner join {{ ref('dim_dates') }} as dates on periods.period_start = dates.date_on
    where periods.period_kind = 'month'
),

reached as (
    select
        nodes.kpi_id,
        nodes.node_id,
        nodes.is_spread,
        nodes.decimals,
        months.month_start,
        months.quarter_start,
        months.year_start,
        months.working_days,
        by_month.target as month_target,
        by_month.target_version as month_version,
        by_quarter.target as quarter_target,
        by_quarter.target_version as quarter_version,
        by_year.target as year_target,
        by_year.target_version as year_version
    from (
        select distinct
            kpi_id,
            node_id,
            is_spread,
            decimals
        from given
    ) as nodes
    cross join months
    left join given as by_month
        on nodes.kpi_id = by_month.kpi_id
        and nodes.node_id = by_month.node_id
        and by_month.period_kind = 'month'
        and months.month_start = by_month.period_start
    left join given as by_quarter
        on nodes.kpi_id = by_quarter.kpi_id
        and nodes.node_id = by_quarter.node_id
        and by_quarter.period_kind = 'quarter'
        and months.quarter_start = by_quarter.period_start
    left join given as by_year
        on nodes.kpi_id = by_year.kpi_id
        and nodes.node_id = by_year.node_id
        and by_year.period_kind = 'year'
        and months.year_start = by_year.period_start
    where coalesce(by_month.target, by_quarter.target, by_year.target) is not null
),

-- What a year leaves to the months that neither they nor their quarter were given anything.
quarters_and_months as (
    select
        reached.*,
        reached.month_target is null and reached.quarter_target is not null as is_from_quarter,
        reached.month_target is null and reached.quarter_target is null as is_from_year,
        sum(reached.month_target) over (
            partition by reached.kpi_id, reached.node_id, reached.quarter_start
        ) as given_in_quarter,
        case
            when reached.quarter_target is null then reached.month_target
            when reached.month_start = min(reached.month_start) over (
                partition by reached.kpi_id, reached.node_id, reached.quarter_start
            ) then reached.quarter_target
        end as given_to_year
    from reached
),

pots as (
    select
        kpi_id,
        node_id,
        is_spread,
        decimals,
        month_start,
        month_target,
        working_days,
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
                    - coalesce(sum(given_to_year) over (partition by kpi_id, node_id, year_start), 0),
                    0
                )
        end as pot
    from quarters_and_months
),

shares as (
    select
        kpi_id,
        node_id,
        is_spread,
        decimals,
        month_start,
        month_target,
        target_version,
        pot,
        sum(working_days) over (
            partition by kpi_id, node_id, pot_kind, pot_start
            order by month_start
        ) as days_through,
        working_days,
        sum(working_days) over (partition by kpi_id, node_id, pot_kind, pot_start) as days_in_all
    from pots
)

select
    kpi_id,
    node_id,
    month_start,
    -- Rounding the running sum, not the share, keeps the shares' sum exact.
    case
        when month_target is not null then month_target
        when not is_spread then pot
        else
            round(pot * days_through / nullif(days_in_all, 0), decimals)
            - round(pot * (days_through - working_days) / nullif(days_in_all, 0), decimals)
    end as target,
    target_version
from shares
