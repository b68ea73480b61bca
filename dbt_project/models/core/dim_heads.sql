-- A head's stretch is cut where a deputy stands in: on any day one of the rows of a node is acting.
with posts as (
    select
        heads.node_id,
        heads.role,
        heads.person_id,
        coalesce(heads.person_name, people.person_name, heads.person_id) as person_name,
        daterange(coalesce(heads.valid_from, {{ first_day() }}), heads.valid_to) as valid_during
    from {{ source('company', 'heads') }} as heads
    left join {{ ref('dim_people') }} as people on heads.person_id = people.person_id
),

deputised as (
    select
        node_id,
        range_agg(valid_during) as valid_during
    from posts
    where role = 'deputy'
    group by node_id
),

cut as (
    select
        posts.node_id,
        posts.role,
        posts.person_id,
        posts.person_name,
        stretches.is_acting,
        unnest(stretches.valid_during) as valid_during
    from posts
    left join deputised on posts.node_id = deputised.node_id and posts.role = 'head'
    cross join
        lateral (
            values
            (true, posts.valid_during::datemultirange - coalesce(deputised.valid_during, '{}')),
            (false, posts.valid_during::datemultirange * deputised.valid_during)
        ) as stretches (is_acting, valid_during)
),

nodes as (
    select distinct
        node_kind,
        node_id
    from {{ ref('dim_nodes') }}
)

select
    nodes.node_kind,
    cut.node_id,
    cut.role,
    cut.person_id,
    cut.person_name,
    lower(cut.valid_during) as valid_from,
    upper(cut.valid_during) as valid_to,
    cut.is_acting
from cut
inner join nodes on cut.node_id = nodes.node_id
