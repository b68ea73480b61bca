-- One row per KPI and node at which "measurable" is tested tonight. Where no source gives what the KPI needs,
-- there is nothing else to test.
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

-- An entity that no source gives is named whole; of others, each field.
missing as (
    select
        kpi_inputs.kpi_id,
        string_agg(
            distinct
            case
                when kpi_inputs.entity in (
                    select given.entity
                    from {{ source('company', 'source_fields') }} as given
                ) then kpi_inputs.entity || '.' || kpi_inputs.field
                else kpi_inputs.entity
            end,
            ', '
        ) as inputs
    from {{ source('company', 'kpi_inputs') }} as kpi_inputs
    left join {{ source('company', 'source_fields') }} as source_fields
        on kpi_inputs.entity = source_fields.entity and kpi_inputs.field = source_fields.field
    where source_fields.field is null
    group by kpi_inputs.kpi_id
)

select
    kpis.kpi_id,
    nodes.node_kind,
    nodes.node_id,
    missing.inputs as missing_inputs
from {{ source('company', 'kpis') }} as kpis
cross join nodes
left join missing on kpis.kpi_id = missing.kpi_id
-- A composite counts no rows: it is as measurable as its inputs.
where kpis.aggregation is distinct from 'composite'
