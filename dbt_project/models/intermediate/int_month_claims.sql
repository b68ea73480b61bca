-- One row per KPI and level that is planned in a year, edge of the org tree and month of that year: the
-- child's own target, split by capacity between its parents of the month, and what it shares their targets
-- by. A table, so that the way down the tree is planned by what it holds.
with planned as (
    select distinct
        given.kpi_id,
        given.level,
        dates.year_start
    from {{ ref('int_month_targets_given') }} as given
    inner join {{ ref('dim_dates') }} as dates on given.month_start = dates.date_on
),

kpis as (
    select
        kpis.kpi_id,
        {{ adds_up('kpis') }} as is_shared,
        {{ adds_up_over_time('kpis') }} as is_spread,
        {{ target_decimals('kpis', 'settings') }} as decimals,
        policies.policy
    from {{ source('company', 'kpis') }} as kpis
    inner join {{ source('company', 'plan_policies') }} as policies on kpis.kpi_id = policies.kpi_id
    cross join {{ source('company', 'settings') }} as settings
)

select
    planned.kpi_id,
    planned.level,
    kpis.is_shared,
    kpis.decimals,
    kpis.policy,
    edges.node_kind,
    edges.node_id,
    edges.parent_id,
    edges.month_start,
    edges.share_to - edges.share_from as share_of_month,
    case
        when kpis.is_shared
            then {{ part_of('own.target', 'edges.share_from', 'edges.share_to', 'kpis.decimals') }}
        else own.target
    end as own_target,
    own.target_version as own_version,
    edges.person_days,
    case when kpis.is_spread then edges.capacity else edges.capacity_with_leave end as capacity,
    edges.people,
    history.actual
    * case when kpis.is_spread then edges.presence else edges.share_to - edges.share_from end as history
from planned
inner join kpis on planned.kpi_id = kpis.kpi_id
inner join {{ ref('int_month_edges') }} as edges on planned.year_start = edges.year_start
left join {{ ref('int_month_targets_given') }} as own
    on planned.kpi_id = own.kpi_id
    and planned.level = own.level
    and edges.node_id = own.node_id
    and edges.month_start = own.month_start
left join {{ ref('int_target_history') }} as history
    on planned.kpi_id = history.kpi_id
    and edges.node_id = history.node_id
    and edges.year_start = history.year_start
