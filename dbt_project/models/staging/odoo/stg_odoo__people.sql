with users as (
    {{ landed_latest('odoo_res_users') }}
),

members as (
    {{ landed_latest('odoo_crm_team_member') }}
),

teams as (
    {{ landed_latest('odoo_crm_team') }}
),

-- Of several teams that a person is in, the first.
team_names as (
    select distinct on (members.source, members.record ->> 'user_id')
        members.source,
        members.record ->> 'user_id' as user_id,
        teams.record ->> 'name' as team_name
    from members
    inner join teams on members.source = teams.source and members.record ->> 'crm_team_id' = teams.id
    where (members.record ->> 'active')::boolean
    order by members.source, members.record ->> 'user_id', members.id::bigint
)

-- Odoo knows no region above its teams.
select
    {{ latest_columns('users', 'person_source_id', 'users.id') }},
    users.record ->> 'name' as person_name,
    team_names.team_name,
    null::text as region_name
from users
left join team_names on users.source = team_names.source and users.id = team_names.user_id
