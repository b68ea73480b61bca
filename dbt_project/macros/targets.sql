{# Does a KPI of `kpis` add up over people? Over time, too? #}

{% macro adds_up(kpis) -%}
    {{ kpis }}.aggregation in ('sum', 'distinct')
{%- endmacro %}

{% macro adds_up_over_time(kpis) -%}
    {{ adds_up(kpis) }} and {{ kpis }}.over_time = 'flow'
{%- endmacro %}

{# Decimals of a derived target: money is rounded as money is, anything else to a millionth. #}

{% macro target_decimals(kpis, settings) -%}
    case when {{ kpis }}.unit = 'money' then {{ settings }}.minor_unit else 6 end
{%- endmacro %}

{# Lies a day in a year for which anything is planned, or in one beside it? #}

{% macro is_planned(day) -%}
    {{ day }} between
        (select min(targets.period_start) - 366 from {{ source('company', 'targets') }} as targets)
        and (select max(targets.period_start) + 366 from {{ source('company', 'targets') }} as targets)
{%- endmacro %}

{#
    One step down the tree, as leading CTEs: the months' targets of the children of `parents`, ending in
    {child_kind}_targets. A child's own target follows it, split by working days between the parents of a
    month. What its siblings' own targets leave of the parent's is shared by the working days that people
    are there. What does not add up over people (a rate, a median) is the same for the child as for its parent.
#}

{% macro cascade_targets(parents, child_kind) -%}
{{ child_kind }}_edges as (
    select
        node_id,
        parent_id,
        month_start,
        person_days,
        person_days / sum(person_days) over (partition by node_id, month_start) as share_of_month
    from {{ ref('int_month_edges') }}
    where node_kind = '{{ child_kind }}'
),

{{ child_kind }}_claims as (
    select
        kpis.kpi_id,
        kpis.is_shared,
        kpis.decimals,
        edges.node_id,
        edges.parent_id,
        edges.month_start,
        edges.share_of_month,
        own.target * case when kpis.is_shared then edges.share_of_month else 1 end as own_target,
        own.target_version as own_version,
        parents.target as parent_target,
        parents.target_version as parent_version,
        case when own.target is null then edges.person_days else 0 end as claimed_days
    from {{ child_kind }}_edges as edges
    cross join kpis
    left join {{ parents }} as parents
        on kpis.kpi_id = parents.kpi_id
        and edges.parent_id = parents.node_id
        and edges.month_start = parents.month_start
    left join {{ ref('int_month_targets_given') }} as own
        on kpis.kpi_id = own.kpi_id
        and edges.node_id = own.node_id
        and edges.month_start = own.month_start
    where coalesce(own.target, parents.target) is not null
),

{{ child_kind }}_shares as (
    select
        *,
        greatest(parent_target - coalesce(sum(own_target) over siblings, 0), 0) as left_to_share,
        sum(claimed_days) over siblings as days_in_all,
        sum(claimed_days) over (siblings order by node_id) as days_through
    from {{ child_kind }}_claims
    window siblings as (partition by kpi_id, parent_id, month_start)
),

{{ child_kind }}_targets as (
    select
        kpi_id,
        '{{ child_kind }}' as node_kind,
        node_id,
        month_start,
        round(
            sum(
                case
                    when own_target is not null and is_shared then own_target
                    when not is_shared then coalesce(own_target, parent_target) * share_of_month
                    -- Rounding the running sum, not the share, keeps the shares' sum exact.
                    else
                        round(left_to_share * days_through / nullif(days_in_all, 0), decimals)
                        - round(
                            left_to_share * (days_through - claimed_days) / nullif(days_in_all, 0), decimals
                        )
                end
            ),
            decimals
        ) as target,
        max(coalesce(own_version, parent_version)) as target_version,
        bool_and(own_target is null) as is_derived
    from {{ child_kind }}_shares
    group by kpi_id, decimals, node_id, month_start
)
{%- endmacro %}
