{#-
    How far a goal is from its plan, by the goals below it.

    sum: a part contributes its own distance to plan.
    product: the factors' contributions are the logarithmic mean Divisia index (LMDI-I) in additive form: factor
    i contributes L(A, P) × ln(a_i ÷ p_i), where A and P are the products of the actuals and of the plans and
    L(A, P) = (A − P) ÷ (ln A − ln P). They add up to A − P without a residual, whatever the order of the
    factors. Ang, B. W. (2005), "The LMDI approach to decomposition analysis: a practical guide", Energy Policy
    33(7), 867–871. A logarithm needs positive values: where a factor is 0 or less, each contributes its Shapley
    value instead, its mean effect over all orders in which the factors can come from plan to actual, which adds
    up as well. Shapley, L. S. (1953), "A value for n-person games", Annals of Mathematics Studies 28, 307–317.
    driver: it contributes nothing that could be added up.

    What a goal's own plan and actual differ by from what its parts or factors make together is a row of its
    own, the rest, so that the contributions to a goal always add up to its distance.
-#}

with goals as (
    select
        goal_id,
        parent_goal_id,
        kpi_id,
        relation,
        row_number() over siblings as place
    from {{ ref('dim_goals') }}
    window siblings as (partition by parent_goal_id, relation order by goal_id)
),

plans as (
    select
        kpi_id,
        node_id,
        node_kind,
        period_kind,
        period_start,
        period_end,
        actual,
        plan_to_date,
        -- Of which nothing was counted has no value to differ from its plan by.
        coalesce(actual, case when rows_counted = 0 or denominator = 0 then plan_to_date end) as factor
    from {{ ref('scorecards') }}
    where period_kind <> 'week' and plan_to_date is not null
),

children as (
    select
        parents.goal_id as parent_goal_id,
        children.goal_id as child_goal_id,
        children.relation,
        children.place,
        parent_plans.node_id,
        parent_plans.node_kind,
        parent_plans.period_kind,
        parent_plans.period_start,
        parent_plans.period_end,
        parent_plans.actual - parent_plans.plan_to_date as parent_distance,
        child_plans.actual,
        child_plans.plan_to_date,
        child_plans.factor
    from goals as parents
    inner join goals as children on parents.goal_id = children.parent_goal_id
    inner join plans as parent_plans on parents.kpi_id = parent_plans.kpi_id
    left join plans as child_plans
        on children.kpi_id = child_plans.kpi_id
        and parent_plans.node_id = child_plans.node_id
        and parent_plans.period_kind = child_plans.period_kind
        and parent_plans.period_start = child_plans.period_start
),

products as (
    select
        parent_goal_id,
        node_id,
        period_kind,
        period_start,
        array_agg(factor order by place) as actuals,
        array_agg(plan_to_date order by place) as plans,
        count(*)::integer as factors,
        bool_and(factor > 0 and plan_to_date > 0) as has_logarithms
    from children
    where relation = 'product'
    group by parent_goal_id, node_id, period_kind, period_start
    having bool_and(factor is not null and plan_to_date is not null and parent_distance is not null)
),

multiplied as (
    select
        *,
        {{ product_of('actuals') }} as actual,
        {{ product_of('plans') }} as plan
    from products
),

shared as (
    select
        multiplied.parent_goal_id,
        multiplied.node_id,
        multiplied.period_kind,
        multiplied.period_start,
        multiplied.factors,
        multiplied.actual - multiplied.plan as distance,
        places.place,
        case
            when multiplied.has_logarithms
                then
                    {{ logarithmic_mean('multiplied.actual', 'multiplied.plan') }}
                    * ln(multiplied.actuals[places.place] / multiplied.plans[places.place])
            else {{ shapley_value('multiplied', 'places.place') }}
        end as contribution
    from multiplied
    cross join lateral generate_series(1, multiplied.factors) as places (place)
),

running as (
    select
        *,
        -- Rounding the running sum, not the contribution, keeps their sum exact.
        round(
            case when place = factors then distance else sum(contribution) over factors_so_far end, 6
        ) as contribution_through
    from shared
    window factors_so_far as (
        partition by parent_goal_id, node_id, period_kind, period_start
        order by place
    )
),

factor_contributions as (
    select
        parent_goal_id,
        node_id,
        period_kind,
        period_start,
        place,
        contribution_through
        - lag(contribution_through, 1, 0::numeric) over (
            partition by parent_goal_id, node_id, period_kind, period_start
            order by place
        ) as contribution
    from running
),

contributions as (
    select
        children.parent_goal_id,
        children.child_goal_id,
        children.node_id,
        children.period_kind,
        children.period_start,
        children.period_end,
        children.node_kind,
        children.relation,
        children.parent_distance,
        children.actual,
        children.plan_to_date,
        children.actual - children.plan_to_date as distance,
        case children.relation
            when 'sum' then round(children.actual - children.plan_to_date, 6)
            when 'product' then factor_contributions.contribution
        end as contribution
    from children
    left join factor_contributions
        on children.relation = 'product'
        and children.parent_goal_id = factor_contributions.parent_goal_id
        and children.place = factor_contributions.place
        and children.node_id = factor_contributions.node_id
        and children.period_kind = factor_contributions.period_kind
        and children.period_start = factor_contributions.period_start
)

select
    parent_goal_id,
    child_goal_id,
    node_id,
    period_kind,
    period_start,
    period_end,
    node_kind,
    relation,
    actual,
    plan_to_date,
    distance,
    contribution
from contributions
union all
select
    parent_goal_id,
    parent_goal_id as child_goal_id,
    node_id,
    period_kind,
    period_start,
    period_end,
    node_kind,
    'rest' as relation,
    null as actual,
    null as plan_to_date,
    null as distance,
    round(parent_distance, 6) - coalesce(sum(contribution), 0) as contribution
from contributions
where relation in ('sum', 'product') and parent_distance is not null
group by parent_goal_id, node_id, period_kind, period_start, period_end, node_kind, parent_distance
