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
    inner join {{ entity_landings('latest_landings') }} as landings
        on kpi_entities.entity = landings.entity
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
),

-- A line of no deal is counted nowhere, and nobody can tell whose it would be.
strays as (
    select
        kinds.entity,
        count(issues.record_id) as failed
    from {{ ref('issue_rules') }} as rules
    inner join {{ ref('record_kinds') }} as kinds on rules.record_kind = kinds.record_kind
    left join {{ ref('int_record_issues') }} as issues on rules.rule_id = issues.rule_id
    where rules.dimension = 'belonging'
    group by kinds.entity
),

alive as (
    select
        landings.entity,
        sum(landings.records_alive) as n
    from {{ entity_landings('latest_landings') }} as landings
    group by landings.entity
),

belonging as (
    select
        kpi_entities.kpi_id,
        sum(alive.n)::bigint as n,
        sum(strays.failed)::bigint as failed
    from kpi_entities
    inner join strays on kpi_entities.entity = strays.entity
    inner join alive on kpi_entities.entity = alive.entity
    group by kpi_entities.kpi_id
),

last_exports as (
    select
        kpi_entities.kpi_id,
        entities.source,
        entities.entity,
        max(landings.as_of) as exported_on,
        -- What was never complete is not fresh.
        coalesce(max(landings.as_of) < max(settings.as_of) - 1, true) as is_old
    from kpi_entities
    inner join {{ source('company', 'source_entities') }} as entities
        on kpi_entities.entity = entities.entity
    cross join {{ source('company', 'settings') }} as settings
    left join {{ entity_landings('landings') }} as landings
        on entities.source = landings.source
        and entities.entity = landings.entity
        and landings.is_complete
        and settings.as_of >= landings.as_of
    group by kpi_entities.kpi_id, entities.source, entities.entity
),

fresh as (
    select
        kpi_id,
        count(*) as n,
        count(*) filter (where is_old) as failed,
        (count(*) filter (where not is_old)::numeric / count(*))::numeric(38, 12) as share,
        string_agg(
            source || ' ' || entity || coalesce(' (' || exported_on || ')', ''), ', ' order by source, entity
        ) filter (where is_old) as whose
    from last_exports
    group by kpi_id
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
    kpi_nodes.kpi_id,
    kpi_nodes.node_kind,
    kpi_nodes.node_id,
    'belonging' as dimension,
    belonging.n,
    belonging.failed,
    ((belonging.n - belonging.failed)::numeric / nullif(belonging.n, 0))::numeric(38, 12) as estimate,
    {{ wilson_bound('(belonging.n - belonging.failed)', 'belonging.n', 'lower') }}::numeric(38, 12) as lower,
    {{ wilson_bound('(belonging.n - belonging.failed)', 'belonging.n', 'upper') }}::numeric(38, 12) as upper,
    null::text as whose
from {{ ref('int_kpi_nodes') }} as kpi_nodes
inner join belonging on kpi_nodes.kpi_id = belonging.kpi_id
where kpi_nodes.missing_inputs is null
union all
select
    kpi_nodes.kpi_id,
    kpi_nodes.node_kind,
    kpi_nodes.node_id,
    'freshness' as dimension,
    fresh.n,
    fresh.failed,
    fresh.share as estimate,
    fresh.share as lower,
    fresh.share as upper,
    fresh.whose
from {{ ref('int_kpi_nodes') }} as kpi_nodes
inner join fresh on kpi_nodes.kpi_id = fresh.kpi_id
where kpi_nodes.missing_inputs is null
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
