-- One row per KPI, node and dimension of "measurable" that its sources are tested in, each alike at every
-- node.
with kpi_entities as (
    select distinct
        kpi_id,
        entity
    from {{ source('company', 'kpi_inputs') }}
),

landed as (
    select
        landings.entity,
        sum(landings.rows_read) as rows_read,
        sum(landings.rows_rejected) as rows_rejected,
        sum(landings.records_alive) as records_alive
    from {{ entity_landings('latest_landings') }} as landings
    group by landings.entity
),

-- A line of no deal is counted nowhere, and nobody can tell whose it would be.
strays as (
    select
        kinds.entity,
        count(issues.record_id) as stray_count
    from {{ ref('issue_rules') }} as rules
    inner join {{ ref('record_kinds') }} as kinds on rules.record_kind = kinds.record_kind
    left join {{ ref('int_record_issues') }} as issues on rules.rule_id = issues.rule_id
    where rules.dimension = 'belonging'
    group by kinds.entity
),

of_kpis as (
    select
        kpi_entities.kpi_id,
        sum(landed.rows_read) as rows_read,
        sum(landed.rows_rejected) as rows_rejected,
        sum(landed.records_alive) filter (where strays.entity is not null) as records_alive,
        sum(strays.stray_count) as stray_count
    from kpi_entities
    inner join landed on kpi_entities.entity = landed.entity
    left join strays on kpi_entities.entity = strays.entity
    group by kpi_entities.kpi_id
),

-- What a source could not be read for is no node's own. Where nothing may stray, nothing is said of it.
counted as (
    select
        kpi_nodes.kpi_id,
        kpi_nodes.node_kind,
        kpi_nodes.node_id,
        dimensions.dimension,
        dimensions.n::bigint as n,
        dimensions.failed::bigint as failed
    from {{ ref('int_kpi_nodes') }} as kpi_nodes
    left join of_kpis on kpi_nodes.kpi_id = of_kpis.kpi_id
    cross join
        lateral (
            values
            ('readability', coalesce(of_kpis.rows_read, 0), coalesce(of_kpis.rows_rejected, 0)),
            ('belonging', of_kpis.records_alive, of_kpis.stray_count)
        ) as dimensions (dimension, n, failed)
    where kpi_nodes.missing_inputs is null and dimensions.n is not null
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
    dimension,
    n,
    failed,
    {{ share_that_passed() }},
    null::text as whose
from counted
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
