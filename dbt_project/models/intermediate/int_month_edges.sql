-- One row per edge of the org tree and month: the working days that people are there under it, each
-- person counting one a day. A person who moves within the month has an edge to either team.
with days as (
    select
        teams.person_id,
        teams.team_id,
        teams.region_id,
        teams.company_id,
        dates.month_start,
        count(*) as person_days
    from {{ ref('int_person_teams') }} as teams
    inner join {{ ref('dim_dates') }} as dates
        on teams.valid_during @> dates.date_on and dates.is_working_day
    where
        teams.team_id <> {{ unassigned('team') }}
        and {{ is_planned('dates.date_on') }}
    group by teams.person_id, teams.team_id, teams.region_id, teams.company_id, dates.month_start
)

select
    edges.node_kind,
    edges.node_id,
    edges.parent_id,
    days.month_start,
    sum(days.person_days) as person_days
from days
cross join
    lateral (
        values
        ('person', days.person_id, days.team_id),
        ('team', days.team_id, days.region_id),
        ('region', days.region_id, days.company_id)
    ) as edges (node_kind, node_id, parent_id)
group by edges.node_kind, edges.node_id, edges.parent_id, days.month_start
