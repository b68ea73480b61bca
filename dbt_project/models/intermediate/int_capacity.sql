-- One row per person, team and week of a month, in planned years and those that seasons are learnt from: what
-- the working days there can give. A day counts the person's share of full time, nothing on leave, and in
-- the months after the hire what the ramp says.
with steps as (
    select
        people.person_id,
        people.full_time_share * ramp.share as capacity,
        daterange(
            (people.hired_on + make_interval(months => ramp.months))::date,
            case
                when not ramp.is_last then (people.hired_on + make_interval(months => ramp.months + 1))::date
            end
        ) as during
    from {{ ref('dim_people') }} as people
    cross join {{ source('company', 'plan_ramp') }} as ramp
    -- Of whom no day of hire is known has long been there.
    where people.hired_on is not null or ramp.is_last
),

absent_days as (
    select distinct
        absences.person_id,
        days.day_on::date as date_on
    from {{ source('company', 'absences') }} as absences
    cross join lateral generate_series(absences.first_on, absences.last_on, interval '1 day') as days (day_on)
),

working_days as (
    select
        date_on,
        week_start,
        month_start,
        date_on <= {{ as_of() }} as is_over
    from {{ ref('dim_dates') }}
    where
        is_working_day
        and (
            {{ is_planned('date_on') }}
            or date_on between (select min(kpi_days.day_on) from {{ ref('fct_kpi_days') }} as kpi_days)
            and {{ as_of() }}
        )
)

select
    teams.person_id,
    teams.team_id,
    teams.region_id,
    teams.company_id,
    days.month_start,
    days.week_start,
    count(*) as person_days,
    count(steps.person_id) filter (where absent_days.person_id is null) as present_days,
    coalesce(sum(steps.capacity), 0) as capacity_with_leave,
    coalesce(sum(steps.capacity) filter (where absent_days.person_id is null), 0) as capacity,
    coalesce(sum(steps.capacity) filter (where absent_days.person_id is null and days.is_over), 0)
        as capacity_over
from {{ ref('int_person_teams') }} as teams
inner join working_days as days on teams.valid_during @> days.date_on
left join steps on teams.person_id = steps.person_id and steps.during @> days.date_on
left join absent_days on teams.person_id = absent_days.person_id and days.date_on = absent_days.date_on
where teams.team_id <> {{ unassigned('team') }}
group by
    teams.person_id, teams.team_id, teams.region_id, teams.company_id, days.month_start, days.week_start
