-- Where a person is at no place of the org tree, the unassigned nodes have the person: the people of a node
-- are those whose rows it counts.
with stretches as (
    select
        nodes.node_id,
        people.person_id,
        unnest(range_agg(people.valid_during)) as valid_during
    from {{ ref('int_person_teams') }} as people
    cross join {{ levels('people') }} as nodes (node_kind, node_id)
    group by nodes.node_id, people.person_id
)

select
    node_id,
    person_id,
    coalesce(lower(valid_during), '-infinity') as valid_from,
    coalesce(upper(valid_during), 'infinity') as valid_to
from stretches
