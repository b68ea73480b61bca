with versions as (
    {{ landed_versions('hubspot_goal_targets') }}
),

accounts as (
    {{ landed_latest('hubspot_account') }}
),

owners as (
    {{ landed_latest('hubspot_owners', gone=true) }}
),

users as (
    {{ hubspot_users() }}
),

team_names as (
    select distinct
        owners.source,
        team.content ->> 'id' as team_id,
        team.content ->> 'name' as team
    from owners
    cross join lateral jsonb_array_elements(owners.record -> 'teams') as team (content)
),

-- A goal lasts from a midnight in UTC to another, or to the moment before it.
goals as (
    select
        versions.version_id,
        versions.source,
        versions.id,
        versions.source_modified_at,
        versions.is_deleted,
        versions.record,
        versions.as_of,
        goals.kpi_id,
        kpis.unit,
        settings.fiscal_year_start,
        ({{ hubspot_at('hs_start_datetime', 'versions.record') }} at time zone 'UTC')::date as first_on,
        (
            ({{ hubspot_at('hs_end_datetime', 'versions.record') }} - interval '1 millisecond')
            at time zone 'UTC'
        )::date as last_on
    from versions
    inner join {{ source('company', 'source_goals') }} as goals
        on versions.source = goals.source and versions.record ->> 'hs_goal_name' = goals.goal
    left join {{ source('company', 'kpis') }} as kpis on goals.kpi_id = kpis.kpi_id
    cross join {{ source('company', 'settings') }} as settings
),

-- What is no whole week, month, quarter or year is named by its days: nothing has targets for such.
named as (
    select
        goals.*,
        case
            when goals.last_on = goals.first_on + 6 and extract(isodow from goals.first_on) = 1
                then to_char(goals.first_on, 'IYYY-"W"IW')
            when spans.months = 1 then to_char(goals.first_on, 'YYYY-MM')
            when spans.months = 3 and extract(month from spans.fiscal_on)::integer % 3 = 1
                then spans.fiscal_year || to_char(spans.fiscal_on, '"-Q"Q')
            when spans.months = 12 and extract(month from spans.fiscal_on) = 1 then spans.fiscal_year
            else goals.first_on || ' to ' || goals.last_on
        end as period_name
    from goals
    cross join
        lateral (
            select
                case
                    when extract(day from goals.first_on) = 1 and extract(day from goals.last_on + 1) = 1
                        then
                            extract(year from age(goals.last_on + 1, goals.first_on)) * 12
                            + extract(month from age(goals.last_on + 1, goals.first_on))
                end as months,
                goals.first_on - make_interval(months => goals.fiscal_year_start - 1) as fiscal_on,
                (
                    extract(year from goals.first_on - make_interval(months => goals.fiscal_year_start - 1))
                    + (goals.fiscal_year_start > 1)::integer
                )::text as fiscal_year
        ) as spans
)

select
    named.version_id,
    named.source,
    named.id as source_record_id,
    named.source || ':' || named.id as target_id,
    named.as_of,
    named.is_deleted,
    named.source_modified_at,
    row_number() over (
        partition by named.source, named.id order by named.as_of desc, named.version_id desc
    ) = 1 as is_latest,
    named.kpi_id,
    coalesce(teams.node_id, team_names.team) as node_id,
    users.owner_id as source_owner_id,
    named.period_name,
    'target' as level,
    {{ hubspot_number('hs_target_amount', 'named.record') }} as value,
    case when named.unit = 'money' then accounts.record ->> 'companyCurrency' end as currency,
    null::numeric as source_version,
    null::date as decided_on
from named
left join accounts on named.source = accounts.source
left join users on named.source = users.source and named.record ->> 'hs_assignee_user_id' = users.user_id
left join team_names
    on named.source = team_names.source and named.record ->> 'hs_assignee_team_id' = team_names.team_id
left join {{ source('company', 'source_teams') }} as teams
    on team_names.source = teams.source and team_names.team = teams.team
