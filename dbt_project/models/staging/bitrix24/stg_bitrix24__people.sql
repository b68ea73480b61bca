with users as (
    {{ landed_latest('bitrix24_user') }}
),

departments as (
    {{ landed_latest('bitrix24_department') }}
),

-- A team is a department that has none below it; its region is the department above.
teams as (
    select
        teams.source,
        teams.id,
        teams.record ->> 'NAME' as team_name,
        regions.record ->> 'NAME' as region_name
    from departments as teams
    left join departments as regions
        on teams.source = regions.source and {{ bitrix24_id('PARENT', 'teams.record') }} = regions.id
    left join departments as below
        on teams.source = below.source and teams.id = {{ bitrix24_id('PARENT', 'below.record') }}
    where below.id is null
),

-- Of several teams that a person is in, the first.
user_teams as (
    select distinct on (users.source, users.id)
        users.source,
        users.id as user_id,
        teams.team_name,
        teams.region_name
    from users
    cross join
        lateral jsonb_array_elements_text(users.record -> 'UF_DEPARTMENT')
        with ordinality as places (department_id, place)
    inner join teams on users.source = teams.source and places.department_id = teams.id
    order by users.source, users.id, places.place
)

select
    {{ latest_columns('users', 'person_source_id', 'users.id') }},
    nullif(concat_ws(' ', users.record ->> 'NAME', users.record ->> 'LAST_NAME'), '') as person_name,
    user_teams.team_name,
    user_teams.region_name
from users
left join user_teams on users.source = user_teams.source and users.id = user_teams.user_id
