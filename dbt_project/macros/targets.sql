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
        (select min(targets.period_start) - 366 from {{ ref('target_versions') }} as targets)
        and (select max(targets.period_start) + 366 from {{ ref('target_versions') }} as targets)
{%- endmacro %}

{# Part of a whole, from one share of it to another. Rounding the running sum keeps the parts' sum exact. #}

{% macro part_of(whole, from_share, to_share, decimals) -%}
    round({{ whole }} * {{ to_share }}, {{ decimals }}) - round({{ whole }} * {{ from_share }}, {{ decimals }})
{%- endmacro %}

{#
    One step down the tree, as leading CTEs: the months' targets of the children of `parents`, ending in
    {child_kind}_parts, by parent, and {child_kind}_targets. A child's own target follows it, split by capacity
    between the parents of a month. What its siblings' own targets leave of the parent's is shared by the KPI's
    policy:

    capacity: by the capacity that the children have in the month; of a balance leave counts, too.
    equal: by the people who work in it.
    history_share: by what the children achieved in the months before the fiscal year. Those whose history does
    not span these months get their share of capacity first.

    Where no one has any capacity, the working days share. What does not add up over people (a rate, a median)
    is the same for the child as for its parent.
#}

{% macro cascade_targets(parents, child_kind) -%}
{{ child_kind }}_claims as (
    select
        claims.*,
        parents.target as parent_target,
        parents.target_version as parent_version
    from {{ ref('int_month_claims') }} as claims
    left join {{ parents }} as parents
        on claims.kpi_id = parents.kpi_id
        and claims.level = parents.level
        and claims.parent_id = parents.node_id
        and claims.month_start = parents.month_start
    where
        claims.node_kind = '{{ child_kind }}'
        and coalesce(claims.own_target, parents.target) is not null
),

{{ child_kind }}_siblings as (
    select
        *,
        greatest(parent_target - coalesce(sum(own_target) over siblings, 0), 0) as left_to_share,
        sum(history) filter (where own_target is null) over siblings as history_in_all,
        sum(capacity) filter (where own_target is null and history > 0) over siblings as capacity_with_history
    from {{ child_kind }}_claims
    window siblings as (partition by kpi_id, level, parent_id, month_start)
),

{{ child_kind }}_weights as (
    select
        *,
        case when own_target is null then person_days else 0 end as days,
        case
            when own_target is not null then 0
            when policy = 'equal' then people
            when policy = 'history_share' and history > 0
                then history / history_in_all * capacity_with_history
            else capacity
        end as weight
    from {{ child_kind }}_siblings
),

{{ child_kind }}_running as (
    select
        *,
        sum(weight) over siblings as weight_in_all,
        sum(weight) over siblings_so_far as weight_through,
        sum(days) over siblings as days_in_all,
        sum(days) over siblings_so_far as days_through
    from {{ child_kind }}_weights
    window
        siblings as (partition by kpi_id, level, parent_id, month_start),
        siblings_so_far as (partition by kpi_id, level, parent_id, month_start order by node_id)
),

{{ child_kind }}_parts as (
    select
        kpi_id,
        level,
        node_id,
        parent_id,
        month_start,
        decimals,
        case
            when not is_shared then coalesce(own_target, parent_target) * share_of_month
            when own_target is not null then own_target
            when weight_in_all > 0
                then {{ part_of(
                    'left_to_share',
                    '(weight_through - weight) / weight_in_all',
                    'weight_through / weight_in_all',
                    'decimals'
                ) }}
            else
                {{ part_of(
                    'left_to_share',
                    '(days_through - days) / nullif(days_in_all, 0)',
                    'days_through / nullif(days_in_all, 0)',
                    'decimals'
                ) }}
        end as target,
        coalesce(own_version, parent_version) as target_version,
        own_target is null as is_derived
    from {{ child_kind }}_running
),

{{ child_kind }}_targets as (
    select
        kpi_id,
        level,
        node_id,
        month_start,
        round(sum(target), decimals) as target,
        max(target_version) as target_version
    from {{ child_kind }}_parts
    group by kpi_id, level, decimals, node_id, month_start
)
{%- endmacro %}
