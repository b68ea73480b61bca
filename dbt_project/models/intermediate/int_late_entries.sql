-- One row per KPI that reads when activities happened, and node: how many of the testing window's activities
-- were entered more than two working days later.
with activities as (
    select
        coalesce(owner_id, {{ unassigned('person') }}) as person_id,
        happened_on,
        is_late
    from {{ ref('int_activity_entries') }}
),

by_person as (
    select
        activities.person_id,
        teams.team_id,
        teams.region_id,
        teams.company_id,
        count(*) as n,
        count(*) filter (where activities.is_late) as failed
    from activities
    inner join {{ ref('int_person_teams') }} as teams
        on activities.person_id = teams.person_id and teams.valid_during @> activities.happened_on
    group by activities.person_id, teams.team_id, teams.region_id, teams.company_id
),

by_node as (
    select
        nodes.node_kind,
        nodes.node_id,
        sum(by_person.n) as n,
        sum(by_person.failed) as failed,
        {{ whose_rows('by_person.failed') }} as whose
    from by_person
    left join {{ ref('dim_people') }} as people on by_person.person_id = people.person_id
    cross join {{ levels('by_person') }} as nodes (node_kind, node_id)
    group by nodes.node_kind, nodes.node_id
),

counted as (
    select
        kpi_nodes.kpi_id,
        kpi_nodes.node_kind,
        kpi_nodes.node_id,
        coalesce(by_node.n, 0)::bigint as n,
        coalesce(by_node.failed, 0)::bigint as failed,
        by_node.whose
    from {{ ref('int_kpi_nodes') }} as kpi_nodes
    inner join {{ source('company', 'kpi_inputs') }} as kpi_inputs
        on kpi_nodes.kpi_id = kpi_inputs.kpi_id
        and kpi_inputs.entity = 'activities'
        and kpi_inputs.field = 'happened_at'
    left join by_node on kpi_nodes.node_kind = by_node.node_kind and kpi_nodes.node_id = by_node.node_id
    where
        kpi_nodes.missing_inputs is null
        and exists (
            select fields.field
            from {{ source('company', 'source_fields') }} as fields
            where fields.entity = 'activities' and fields.field = 'logged_at'
        )
)

select
    kpi_id,
    node_kind,
    node_id,
    'late_entry' as dimension,
    n,
    failed,
    {{ share_that_passed() }},
    whose
from counted
