-- One row per KPI, node and dimension of "measurable" that its sources are tested in, each alike at every
-- node.
with kpi_entities as (
    select distinct
        kpi_id,
        entity
    from {{ source('company', 'kpi_inputs') }}
),

-- What a source could not be read for is no node's own.
read_rows as (
    select
        kpi_entities.kpi_id,
        sum(landings.rows_read)::bigint as n,
        sum(landings.rows_rejected)::bigint as failed
    from kpi_entities
    inner join {{ source('ops', 'latest_landings') }} as landings on kpi_entities.entity = landings.entity
    group by kpi_entities.kpi_id
),

readable as (
    select
        kpi_nodes.kpi_id,
        kpi_nodes.node_kind,
        kpi_nodes.node_id,
        coalesce(read_rows.n, 0) as n,
        coalesce(read_rows.failed, 0) as failed
    from {{ ref('int_kpi_nodes') }} as kpi_nodes
    left join read_rows on kpi_nodes.kpi_id = read_rows.kpi_id
    where kpi_nodes.missing_inputs is null
)

select
    kpi_id,
    node_kind,
    node_id,
    'readability' as dimension,
    n,
    failed,
    ((n - failed)::numeric / nullif(n, 0))::numeric(38, 12) as estimate,
    {{ wilson_bound('(n - failed)', 'n', 'lower') }}::numeric(38, 12) as lower,
    {{ wilson_bound('(n - failed)', 'n', 'upper') }}::numeric(38, 12) as upper,
    null::text as whose
from readable
union all
select
    kpi_id,
    node_kind,
    node_id,
    'availability' as dimension,
    1::bigint as n,
    1::bigint as failed,
    0 as estimate,
    0 as lower,
    0 as upper,
    missing_inputs as whose
from {{ ref('int_kpi_nodes') }}
where missing_inputs is not null
