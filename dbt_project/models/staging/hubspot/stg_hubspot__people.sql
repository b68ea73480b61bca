with owners as (
    {{ landed_latest('hubspot_owners') }}
),

-- Of several teams that a person is in, the one that HubSpot calls the main one, and else the first.
teams as (
    select distinct on (owners.source, owners.id)
        owners.source,
        owners.id,
        team.content ->> 'name' as team_name
    from owners
    cross join lateral jsonb_array_elements(owners.record -> 'teams') as team (content)
    order by
        owners.source, owners.id, (team.content ->> 'primary')::boolean desc, (team.content ->> 'id')::bigint
)

-- Who left is a person, too: deals may still be theirs. A queue is none. HubSpot knows no region above teams.
select
    {{ latest_columns('owners', 'person_source_id', 'owners.id') }},
    nullif(concat_ws(' ', owners.record ->> 'firstName', owners.record ->> 'lastName'), '') as person_name,
    teams.team_name,
    null::text as region_name
from owners
left join teams on owners.source = teams.source and owners.id = teams.id
where owners.record ->> 'type' is distinct from 'QUEUE'
