-- One row per stretch of an edge that an export's people file tells: person → team, team → region and
-- region → company. The first team seen stands for the past, marked as assumed.
with org_people as (
    select
        source,
        source_person_id
    from {{ source('company', 'person_ids') }}
),

versions as (
    select
        people.source_record_id as person_id,
        people.person_name,
        people.team_name,
        people.region_name,
        people.is_deleted,
        people.as_of,
        people.version_id
    from {{ staged('people') }} as people
    left join org_people
        on people.source = org_people.source and people.source_record_id = org_people.source_person_id
    where
        org_people.source_person_id is null
        and people.team_name is not null
        and people.region_name is not null
),

edges as (
    select
        person_id as node_id,
        'person' as node_kind,
        person_name as node_name,
        case when is_deleted then null else team_name end as parent_id,
        as_of,
        version_id
    from versions
    union all
    select
        team_name as node_id,
        'team' as node_kind,
        team_name as node_name,
        region_name as parent_id,
        as_of,
        version_id
    from versions
    where not is_deleted
    union all
    select
        versions.region_name as node_id,
        'region' as node_kind,
        versions.region_name as node_name,
        settings.company_id as parent_id,
        versions.as_of,
        versions.version_id
    from versions
    cross join {{ source('company', 'settings') }} as settings
    where not versions.is_deleted
),

nightly as (
    select distinct on (node_kind, node_id, as_of)
        node_id,
        node_kind,
        node_name,
        parent_id,
        as_of
    from edges
    order by node_kind asc, node_id asc, as_of asc, version_id desc
),

compared as (
    select
        node_id,
        node_kind,
        node_name,
        parent_id,
        as_of,
        lag(parent_id) over nights as previous_parent_id,
        row_number() over nights = 1 as is_first
    from nightly
    window nights as (partition by node_kind, node_id order by as_of)
),

stretches as (
    select
        node_id,
        node_kind,
        node_name,
        parent_id,
        is_first as is_assumed,
        case when is_first then {{ first_day() }} else as_of end as valid_from,
        lead(as_of) over (partition by node_kind, node_id order by as_of) as valid_to
    from compared
    where is_first or parent_id is distinct from previous_parent_id
)

select
    node_id,
    node_kind,
    node_name,
    parent_id,
    valid_from,
    valid_to,
    is_assumed
from stretches
where parent_id is not null
