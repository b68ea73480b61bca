-- One row per KPI, person and month that is over, of the last three years: what the person achieved, with
-- what capacity, in which season, against which target. Who changed teams in the month is of the one with
-- more days.
with months as (
    select
        person_id,
        month_start,
        sum(person_days) as person_days,
        sum(capacity) as capacity,
        (array_agg(team_id order by person_days desc, team_id asc))[1] as team_id,
        (array_agg(region_id order by person_days desc, team_id asc))[1] as region_id,
        min(company_id) as company_id
    from (
        select
            person_id,
            team_id,
            region_id,
            company_id,
            month_start,
            sum(person_days) as person_days,
            sum(capacity) as capacity
        from {{ ref('int_capacity') }}
        group by person_id, team_id, region_id, company_id, month_start
    ) as by_team
    group by person_id, month_start
),

working_days as (
    select
        month_start,
        min(year_start) as year_start,
        count(*) as days
    from {{ ref('dim_dates') }}
    where is_working_day
    group by month_start
),

this_year as (
    select year_start
    from {{ ref('dim_dates') }}
    where date_on = {{ as_of() }}
)

select
    scorecards.kpi_id,
    scorecards.node_id as person_id,
    scorecards.period_start as month_start,
    months.team_id,
    months.region_id,
    months.company_id,
    scorecards.numerator,
    scorecards.denominator,
    scorecards.actual as value,
    scorecards.rows_counted,
    case
        when kpis.over_time = 'balance' then round(months.capacity / nullif(working_days.days, 0), 6)
        else months.capacity
    end as capacity,
    months.person_days = working_days.days as is_whole,
    coalesce(seasons.season, 1) as season,
    scorecards.target,
    case scorecards.status
        when 'reached' then true
        when 'missed' then false
    end as attained
from {{ ref('scorecards') }} as scorecards
inner join {{ source('company', 'kpis') }} as kpis on scorecards.kpi_id = kpis.kpi_id
inner join months
    on scorecards.node_id = months.person_id and scorecards.period_start = months.month_start
inner join working_days on scorecards.period_start = working_days.month_start
cross join this_year
left join {{ ref('int_seasons') }} as seasons
    on scorecards.kpi_id = seasons.kpi_id
    and this_year.year_start = seasons.year_start
    and extract(month from scorecards.period_start) = seasons.month_of_year
where
    scorecards.node_kind = 'person'
    and scorecards.period_kind = 'month'
    and scorecards.period_end <= {{ as_of() }}
    and scorecards.period_start > {{ as_of() }} - interval '3 years'
