-- One row per id that a source knows a person by. org.csv speaks first; an export that says who is in
-- whose team names its own people by their own ids.
with given as (
    select
        source,
        source_person_id,
        person_id
    from {{ source('company', 'person_ids') }}
),

exported as (
    select
        source,
        source_record_id as source_person_id,
        source_record_id as person_id
    from {{ staged('people') }}
    where is_latest and team_name is not null and region_name is not null
)

select
    source,
    source_person_id,
    person_id
from given
union all
select
    exported.source,
    exported.source_person_id,
    exported.person_id
from exported
left join given on exported.source = given.source and exported.source_person_id = given.source_person_id
where given.person_id is null
