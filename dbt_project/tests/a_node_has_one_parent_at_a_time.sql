-- Two stretches of a node that overlap would count its people's rows twice.
with stretches as (
    select
        node_kind,
        node_id,
        valid_from,
        valid_to,
        lead(valid_from) over (partition by node_kind, node_id order by valid_from) as next_from
    from {{ ref('dim_nodes') }}
)

select
    node_kind,
    node_id,
    valid_from,
    valid_to,
    next_from
from stretches
where next_from < coalesce(valid_to, 'infinity')
