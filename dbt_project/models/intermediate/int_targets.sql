-- One row per KPI, node and period with a target: the one given for just this period; else, for what adds
-- up over time, the sum of its months (a week takes its working days' part of them), and for what does not,
-- the target of the month in which the period ends.
with kpis as (
    select
        kpis.kpi_id,
        {{ adds_up_over_time('kpis') }} as is_spread,
        {{ target_decimals('kpis', 'settings') }} as decimals
    from {{ source('company', 'kpis') }} as kpis
    cross join {{ source('company', 'settings') }} as settings
),

-- Months before a person came or after one left ask for nothing; a month without a target while the
-- node is there leaves its whole period without one.
planned as (
    select distinct
        kpi_id,
        node_kind,
        node_id
    from {{ ref('int_month_targets') }}
),

active as (
    select distinct
        node_kind,
        node_id,
        month_start
    from {{ ref('int_month_edges') }}
    union all
    select
        'company' as node_kind,
        settings.company_id as node_id,
        periods.period_start as month_start
    from {{ ref('int_periods') }} as periods
    cross join {{ source('company', 'settings') }} as settings
    where periods.period_kind = 'month'
),

summed as (
    select
        kpis.kpi_id,
        active.node_kind,
        active.node_id,
        parts.period_kind,
        parts.period_start,
        round(
            sum(months.target * case when kpis.is_spread then parts.share_of_month else 1 end), kpis.decimals
        ) as target,
        max(months.target_version) as target_version
    from planned
    inner join kpis on planned.kpi_id = kpis.kpi_id
    inner join active on planned.node_kind = active.node_kind and planned.node_id = active.node_id
    inner join {{ ref('int_period_months') }} as parts
        on active.month_start = parts.month_start and (kpis.is_spread or parts.is_last)
    left join {{ ref('int_month_targets') }} as months
        on kpis.kpi_id = months.kpi_id
        and active.node_kind = months.node_kind
        and active.node_id = months.node_id
        and active.month_start = months.month_start
    group by
        kpis.kpi_id, kpis.decimals, active.node_kind, active.node_id, parts.period_kind, parts.period_start
    having bool_and(months.target is not null)
),

given as (
    select
        targets.kpi_id,
        nodes.node_kind,
        targets.node_id,
        targets.period_kind,
        targets.period_start,
        targets.target,
        targets.target_version
    from {{ ref('int_targets_in_force') }} as targets
    inner join (
        select distinct
            node_kind,
            node_id
        from active
    ) as nodes on targets.node_id = nodes.node_id
)

select
    kpi_id,
    node_kind,
    node_id,
    period_kind,
    period_start,
    coalesce(given.target, summed.target) as target,
    coalesce(given.target_version, summed.target_version) as target_version,
    given.target is null as is_derived
from summed
full join given using (kpi_id, node_kind, node_id, period_kind, period_start)
