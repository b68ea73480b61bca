-- One row per KPI, node and dimension of "measurable": how many rows were tested, how many failed, the
-- share that passed with its bounds, and whose rows fail. Great Expectations judges these.
with settings as (
    select
        as_of,
        {{ window_start('as_of') }} as window_start
    from {{ source('company', 'settings') }}
),

nodes as (
    select distinct
        nodes.node_kind,
        nodes.node_id
    from {{ ref('dim_nodes') }} as nodes
    cross join settings
    where
        nodes.valid_from <= settings.as_of
        and coalesce(nodes.valid_to > settings.window_start, true)
),

row_failures as (
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
        ('completeness', flags.is_incomplete),
        ('validity', flags.is_invalid),
        ('uniqueness', flags.is_duplicated),
        ('date_order', flags.is_misread)
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

-- What a source could not be read for, and what no source gives, concerns every node.
read_rows as (
    select
        kpi_entities.kpi_id,
        sum(landings.rows_read) as n,
        sum(landings.rows_rejected) as failed
    from (
        select distinct
            kpi_id,
            entity
        from {{ source('company', 'kpi_inputs') }}
    ) as kpi_entities
    inner join {{ source('ops', 'latest_landings') }} as landings on kpi_entities.entity = landings.entity
    group by kpi_entities.kpi_id
),

-- Dates read in the wrong order may have carried a node's rows to anywhere: that it has none is no proof.
misread as (
    select distinct kpi_inputs.kpi_id
    from {{ source('company', 'kpi_inputs') }} as kpi_inputs
    inner join {{ ref('int_date_orders') }} as date_orders
        on kpi_inputs.entity || '.' || kpi_inputs.field = date_orders.field
    where date_orders.is_wrong
),

-- An entity that no source gives is named whole; of others, each field.
missing as (
    select
        kpi_inputs.kpi_id,
        array_agg(
            distinct
            case
                when kpi_inputs.entity in (
                    select given.entity
                    from {{ source('company', 'source_fields') }} as given
                ) then kpi_inputs.entity || '.' || kpi_inputs.field
                else kpi_inputs.entity
            end
        ) as inputs
    from {{ source('company', 'kpi_inputs') }} as kpi_inputs
    left join {{ source('company', 'source_fields') }} as source_fields
        on kpi_inputs.entity = source_fields.entity and kpi_inputs.field = source_fields.field
    where source_fields.field is null
    group by kpi_inputs.kpi_id
),

tested as (
    select
        kpis.kpi_id,
        nodes.node_kind,
        nodes.node_id,
        thresholds.dimension,
        thresholds.threshold,
        thresholds.is_census
    from {{ source('company', 'kpis') }} as kpis
    cross join nodes
    cross join {{ ref('measurable_thresholds') }} as thresholds
    left join missing on kpis.kpi_id = missing.kpi_id
    -- What no source gives is said once; there is nothing else to test.
    where
        (thresholds.dimension = 'availability') = (missing.kpi_id is not null)
        -- A composite counts no rows: it is as measurable as its inputs.
        and kpis.aggregation is distinct from 'composite'
),

counted as (
    select
        tested.kpi_id,
        tested.node_kind,
        tested.node_id,
        tested.dimension,
        coalesce(overrides.threshold, tested.threshold) as threshold,
        tested.is_census,
        case tested.dimension
            when 'availability' then 1
            when 'readability' then coalesce(read_rows.n, 0)
            else coalesce(by_node.n, 0)
        end::bigint as n,
        case tested.dimension
            when 'availability' then 1
            when 'readability' then coalesce(read_rows.failed, 0)
            else coalesce(by_node.failed, 0)
        end::bigint as failed,
        tested.dimension = 'date_order' and misread.kpi_id is not null and by_node.n is null as is_misread,
        case tested.dimension
            when 'availability' then missing.inputs
            else by_node.whose
        end as whose
    from tested
    left join by_node
        on tested.kpi_id = by_node.kpi_id
        and tested.node_kind = by_node.node_kind
        and tested.node_id = by_node.node_id
        and tested.dimension = by_node.dimension
    left join read_rows on tested.kpi_id = read_rows.kpi_id
    left join missing on tested.kpi_id = missing.kpi_id
    left join misread on tested.kpi_id = misread.kpi_id
    left join {{ source('company', 'kpi_thresholds') }} as overrides
        on tested.kpi_id = overrides.kpi_id and tested.dimension = overrides.dimension
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
    threshold::numeric(38, 12) as threshold,
    array_to_string(whose, ', ') as whose
from counted
