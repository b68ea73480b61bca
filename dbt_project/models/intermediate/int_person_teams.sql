-- One row per person and stretch of days in one team of one region. The stretches of a person cover
-- all time without gap or overlap: where the org tree has no place, it is the unassigned one.
with edges as (
    select
        node_id,
        node_kind,
        parent_id,
        daterange(valid_from, valid_to) as valid_during
    from {{ ref('dim_nodes') }}
    where parent_id is not null
),

placed as (
    select
        people.node_id as person_id,
        teams.node_id as team_id,
        regions.node_id as region_id,
        regions.parent_id as company_id,
        people.valid_during * teams.valid_during * regions.valid_during as valid_during
    from edges as people
    inner join edges as teams
        on people.parent_id = teams.node_id and teams.node_kind = 'team'
    inner join edges as regions
        on teams.parent_id = regions.node_id and regions.node_kind = 'region'
    where
        people.node_kind = 'person'
        and people.node_id <> {{ unassigned('person') }}
        and not isempty(people.valid_during * teams.valid_during * regions.valid_during)
),

everyone as (
    select person_id
    from {{ ref('dim_people') }}
    union
    select {{ unassigned('person') }}
),

covered as (
    select
        person_id,
        range_agg(valid_during) as valid_during
    from placed
    group by person_id
),

gaps as (
    select
        everyone.person_id,
        unnest(
            multirange(daterange(null, null)) - coalesce(covered.valid_during, '{}'::datemultirange)
        ) as valid_during
    from everyone
    left join covered on everyone.person_id = covered.person_id
)

select
    person_id,
    team_id,
    region_id,
    company_id,
    valid_during
from placed
union all
select
    gaps.person_id,
    {{ unassigned('team') }} as team_id,
    {{ unassigned('region') }} as region_id,
    settings.company_id,
    gaps.valid_during
from gaps
cross join {{ source('company', 'settings') }} as settings
