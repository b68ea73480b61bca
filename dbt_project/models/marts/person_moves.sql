-- That someone was always there is no move, nor is one that is planned.
with stretches as (
    select
        person_id,
        lower(valid_during) as moved_on,
        team_id,
        region_id,
        lag(team_id) over stretch as from_team_id,
        lag(region_id) over stretch as from_region_id
    from {{ ref('int_person_teams') }}
    window stretch as (partition by person_id order by valid_during)
)

select
    person_id,
    moved_on,
    case
        when from_team_id = {{ unassigned('team') }} then 'joined'
        when team_id = {{ unassigned('team') }} then 'left'
        else 'moved'
    end as move,
    nullif(from_team_id, {{ unassigned('team') }}) as from_team_id,
    nullif(from_region_id, {{ unassigned('region') }}) as from_region_id,
    nullif(team_id, {{ unassigned('team') }}) as to_team_id,
    nullif(region_id, {{ unassigned('region') }}) as to_region_id
from stretches
where
    moved_on > {{ first_day() }}
    and moved_on <= {{ as_of() }}
    and (team_id <> from_team_id or region_id <> from_region_id)
