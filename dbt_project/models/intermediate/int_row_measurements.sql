-- One row per KPI, node and dimension of "measurable" that its rows are tested in: how many were tested, how
-- many failed, the share that passed with its bounds, and whose rows fail.
{%- set dimensions = {
    'completeness': 'is_incomplete',
    'validity': 'is_invalid',
    'uniqueness': 'is_duplicated',
    'date_order': 'is_misread',
} %}
with row_failures as (
    select
        flags.kpi_id,
        flags.person_id,
        flags.team_id,
        flags.region_id,
        flags.company_id,
        dimensions.dimension,
        dimensions.is_failed
    from {{ ref('int_kpi_row_flags') }} as flags
    cross join lateral (
        values
        {%- for dimension, flag in dimensions.items() %}
        ('{{ dimension }}', flags.{{ flag }}){{ '' if loop.last else ',' }}
        {%- endfor %}
    ) as dimensions (dimension, is_failed)
),

by_person as (
    select
        kpi_id,
        person_id,
        team_id,
        region_id,
        company_id,
        dimension,
        count(*) as n,
        count(*) filter (where is_failed) as failed
    from row_failures
    group by kpi_id, person_id, team_id, region_id, company_id, dimension
),

by_node as (
    select
        by_person.kpi_id,
        nodes.node_kind,
        nodes.node_id,
        by_person.dimension,
        sum(by_person.n) as n,
        sum(by_person.failed) as failed,
        (
            array_agg(
                coalesce(people.person_name, 'unassigned') || ' ' || by_person.failed
                order by by_person.failed desc, by_person.person_id asc
            ) filter (where by_person.failed > 0)
        )[:3] as whose
    from by_person
    left join {{ ref('dim_people') }} as people on by_person.person_id = people.person_id
    cross join {{ levels('by_person') }} as nodes (node_kind, node_id)
    group by by_person.kpi_id, nodes.node_kind, nodes.node_id, by_person.dimension
),

-- Dates read in the wrong order may have carried a node's rows to anywhere: that it has none is no proof.
misread as (
    select distinct kpi_inputs.kpi_id
    from {{ source('company', 'kpi_inputs') }} as kpi_inputs
    inner join {{ ref('int_date_orders') }} as date_orders
        on kpi_inputs.entity || '.' || kpi_inputs.field = date_orders.field
    where date_orders.is_wrong
),

counted as (
    select
        kpi_nodes.kpi_id,
        kpi_nodes.node_kind,
        kpi_nodes.node_id,
        thresholds.dimension,
        thresholds.is_census,
        coalesce(by_node.n, 0)::bigint as n,
        coalesce(by_node.failed, 0)::bigint as failed,
        thresholds.dimension = 'date_order'
        and misread.kpi_id is not null
        and by_node.n is null as is_misread,
        by_node.whose
    from {{ ref('int_kpi_nodes') }} as kpi_nodes
    inner join {{ ref('measurable_thresholds') }} as thresholds
        on thresholds.dimension = any('{{ "{" ~ dimensions | join(",") ~ "}" }}')
    left join by_node
        on kpi_nodes.kpi_id = by_node.kpi_id
        and kpi_nodes.node_kind = by_node.node_kind
        and kpi_nodes.node_id = by_node.node_id
        and thresholds.dimension = by_node.dimension
    left join misread on kpi_nodes.kpi_id = misread.kpi_id
    where kpi_nodes.missing_inputs is null
)

select
    kpi_id,
    node_kind,
    node_id,
    dimension,
    n,
    failed,
    ((n - failed)::numeric / nullif(n, 0))::numeric(38, 12) as estimate,
    case
        when is_misread then 0
        when is_census and n > 0 then (n - failed)::numeric / n
        else {{ wilson_bound('(n - failed)', 'n', 'lower') }}
    end::numeric(38, 12) as lower,
    case
        when is_misread then 0
        when is_census and n > 0 then (n - failed)::numeric / n
        else {{ wilson_bound('(n - failed)', 'n', 'upper') }}
    end::numeric(38, 12) as upper,
    array_to_string(whose, ', ') as whose
from counted
