with org_edges as (
    select
        node_id,
        node_kind,
        node_name,
        parent_id,
        coalesce(valid_from, {{ first_day() }}) as valid_from,
        valid_to,
        false as is_assumed
    from {{ source('company', 'org_edges') }}
    union all
    select
        company_id as node_id,
        'company' as node_kind,
        company_name as node_name,
        null as parent_id,
        {{ first_day() }} as valid_from,
        null as valid_to,
        false as is_assumed
    from {{ source('company', 'settings') }}
),

exported as (
    select
        edges.node_id,
        edges.node_kind,
        edges.node_name,
        edges.parent_id,
        edges.valid_from,
        edges.valid_to,
        edges.is_assumed
    from {{ ref('int_exported_edges') }} as edges
    left join org_edges on edges.node_id = org_edges.node_id and edges.node_kind = org_edges.node_kind
    where org_edges.node_id is null
),

unassigned as (
    select
        nodes.node_id,
        nodes.node_kind,
        'unassigned' as node_name,
        coalesce(nodes.parent_id, settings.company_id) as parent_id,
        {{ first_day() }} as valid_from,
        null::date as valid_to,
        false as is_assumed
    from
        (
            values
            ({{ unassigned('person') }}, 'person', {{ unassigned('team') }}),
            ({{ unassigned('team') }}, 'team', {{ unassigned('region') }}),
            ({{ unassigned('region') }}, 'region', null)
        ) as nodes (node_id, node_kind, parent_id)
    cross join {{ source('company', 'settings') }} as settings
)

select
    node_id,
    node_kind,
    node_name,
    parent_id,
    valid_from,
    valid_to,
    is_assumed
from org_edges
union all
select
    node_id,
    node_kind,
    node_name,
    parent_id,
    valid_from,
    valid_to,
    is_assumed
from exported
union all
select
    node_id,
    node_kind,
    node_name,
    parent_id,
    valid_from,
    valid_to,
    is_assumed
from unassigned
