with given as (
    select
        person_id,
        person_name,
        hired_on,
        full_time_share
    from {{ source('company', 'people') }}
),

exported as (
    select distinct on (node_id)
        node_id as person_id,
        node_name as person_name
    from {{ ref('int_exported_edges') }}
    where node_kind = 'person'
    order by node_id asc, valid_from desc
)

select
    person_id,
    person_name,
    hired_on,
    full_time_share
from given
union all
select
    exported.person_id,
    exported.person_name,
    null as hired_on,
    1 as full_time_share
from exported
left join given on exported.person_id = given.person_id
where given.person_id is null
