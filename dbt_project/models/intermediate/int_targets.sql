-- One row per KPI, node and period with a target, threshold or stretch: the one given for just this period;
-- else, for what adds up over time, the sum of its months (a week takes its share of them), and for what does
-- not, that of the month in which the period ends. Beside them how much of the target is due tonight.
{%- set levels = ['target', 'threshold', 'stretch'] %}

with kpis as (
    select
        kpis.kpi_id,
        {{ adds_up_over_time('kpis') }} as is_spread,
        {{ target_decimals('kpis', 'settings') }} as decimals
    from {{ source('company', 'kpis') }} as kpis
    cross join {{ source('company', 'settings') }} as settings
),

parts as not materialized (
    select
        kpis.kpi_id,
        kpis.is_spread,
        kpis.decimals,
        periods.node_kind,
        periods.node_id,
        periods.period_kind,
        periods.period_start,
        periods.months,
        periods.is_last,
        periods.share_of_month,
        periods.share_over,
        {%- for level in levels %}
        months.{{ level }},
        {%- endfor %}
        months.target_version
    from {{ ref('int_month_targets') }} as months
    inner join kpis on months.kpi_id = kpis.kpi_id
    inner join {{ ref('int_node_periods') }} as periods
        on months.node_kind = periods.node_kind
        and months.node_id = periods.node_id
        and months.month_start = periods.month_start
),

derived as (
    select
        kpi_id,
        node_kind,
        node_id,
        period_kind,
        period_start,
        {%- for level in levels %}
        case
            when is_spread then round({{ level }} * share_of_month, decimals) else {{ level }}
        end as {{ level }},
        {%- endfor %}
        target_version,
        target * share_over as due,
        target * share_of_month as due_in_all
    from parts
    where (is_spread and months = 1) or (not is_spread and is_last)
    union all
    -- A month without a target while the node is there leaves its whole period without one; months before a
    -- person came or after one left ask for nothing.
    select
        kpi_id,
        node_kind,
        node_id,
        period_kind,
        period_start,
        {%- for level in levels %}
        case
            when count({{ level }}) = months then round(sum({{ level }} * share_of_month), decimals)
        end as {{ level }},
        {%- endfor %}
        max(target_version) as target_version,
        sum(target * share_over) as due,
        sum(target * share_of_month) as due_in_all
    from parts
    where is_spread and months > 1
    group by kpi_id, node_kind, node_id, period_kind, period_start, months, decimals
),

given as (
    select
        targets.kpi_id,
        nodes.node_kind,
        targets.node_id,
        targets.period_kind,
        targets.period_start,
        {%- for level in levels %}
        max(targets.target) filter (where targets.level = '{{ level }}') as {{ level }},
        {%- endfor %}
        max(targets.target_version) filter (where targets.level = 'target') as target_version
    from {{ ref('int_targets_in_force') }} as targets
    inner join (
        select distinct
            node_kind,
            node_id
        from {{ ref('int_month_edges') }}
    ) as nodes on targets.node_id = nodes.node_id
    where targets.target is not null
    group by
        targets.kpi_id, nodes.node_kind, targets.node_id, targets.period_kind, targets.period_start
),

node_periods as (
    select
        node_kind,
        node_id,
        period_kind,
        period_start,
        sum(share_of_month) as share_in_all,
        sum(share_over) as share_over,
        sum(capacity_left) as capacity_left
    from {{ ref('int_node_periods') }}
    group by node_kind, node_id, period_kind, period_start
),

united as (
    select
        kpi_id,
        node_kind,
        node_id,
        period_kind,
        period_start,
        {%- for level in levels %}
        coalesce(given.{{ level }}, derived.{{ level }}) as {{ level }},
        {%- endfor %}
        coalesce(given.target_version, derived.target_version) as target_version,
        given.target is null as is_derived,
        derived.due,
        derived.due_in_all
    from derived
    full join given using (kpi_id, node_kind, node_id, period_kind, period_start)
)

select
    united.kpi_id,
    united.node_kind,
    united.node_id,
    united.period_kind,
    united.period_start,
    united.target,
    case when united.target is not null then united.target_version end as target_version,
    case when united.target is not null then united.is_derived end as is_derived,
    united.threshold,
    united.stretch,
    case
        when not kpis.is_spread then united.target
        when united.is_derived and united.target is not null then united.due
        when united.due_in_all > 0 then united.target * united.due / united.due_in_all
        else united.target * node_periods.share_over / nullif(node_periods.share_in_all, 0)
    end::numeric(38, 12) as plan_to_date,
    case when kpis.is_spread then node_periods.capacity_left end as capacity_left
from united
inner join kpis on united.kpi_id = kpis.kpi_id
left join node_periods
    on united.node_kind = node_periods.node_kind
    and united.node_id = node_periods.node_id
    and united.period_kind = node_periods.period_kind
    and united.period_start = node_periods.period_start
where num_nonnulls(united.target, united.threshold, united.stretch) > 0
