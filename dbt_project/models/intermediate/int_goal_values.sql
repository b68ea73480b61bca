-- One row per KPI, node, month, quarter or year under test, and way in which its value is made of others:
-- what it came to, and what the parts (sum), factors (product) or people make. Where one of them is not
-- known, neither is what they make.
with actuals as (
    select
        kpi_id,
        node_kind,
        node_id,
        period_kind,
        period_start,
        actual
    from {{ ref('int_actuals') }}
    cross join {{ source('company', 'settings') }} as settings
    where
        period_kind <> 'week'
        and period_start <= settings.as_of
        and period_end >= {{ window_start('settings.as_of') }}
),

parts as (
    select
        parents.kpi_id as parent_kpi_id,
        children.parent_goal_id,
        children.kpi_id,
        children.relation,
        count(*) over (partition by children.parent_goal_id, children.relation) as siblings
    from {{ ref('dim_goals') }} as children
    inner join {{ ref('dim_goals') }} as parents on children.parent_goal_id = parents.goal_id
    where children.relation in ('sum', 'product')
),

of_goals as (
    select
        parts.parent_kpi_id as kpi_id,
        parts.relation,
        actuals.node_kind,
        actuals.node_id,
        actuals.period_kind,
        actuals.period_start,
        sum(actuals.actual) as total,
        array_agg(actuals.actual) as actuals,
        count(actuals.actual) = parts.siblings as is_known
    from parts
    inner join actuals on parts.kpi_id = actuals.kpi_id
    group by
        parts.parent_goal_id, parts.parent_kpi_id, parts.relation, parts.siblings,
        actuals.node_kind, actuals.node_id, actuals.period_kind, actuals.period_start
),

made as (
    select
        kpi_id,
        relation,
        node_kind,
        node_id,
        period_kind,
        period_start,
        case
            when not is_known then null
            when relation = 'sum' then total
            else {{ product_of('actuals') }}
        end as made_of
    from of_goals
    union all
    select
        actuals.kpi_id,
        'people' as relation,
        'company' as node_kind,
        settings.company_id as node_id,
        actuals.period_kind,
        actuals.period_start,
        sum(actuals.actual) as made_of
    from actuals
    inner join {{ source('company', 'kpis') }} as kpis on actuals.kpi_id = kpis.kpi_id
    cross join {{ source('company', 'settings') }} as settings
    where actuals.node_kind = 'person' and kpis.aggregation = 'sum'
    group by actuals.kpi_id, settings.company_id, actuals.period_kind, actuals.period_start
)

select
    made.kpi_id,
    made.node_kind,
    made.node_id,
    made.period_kind,
    made.period_start,
    made.relation,
    actuals.actual,
    made.made_of
from made
inner join actuals
    on made.kpi_id = actuals.kpi_id
    and made.node_kind = actuals.node_kind
    and made.node_id = actuals.node_id
    and made.period_kind = actuals.period_kind
    and made.period_start = actuals.period_start
