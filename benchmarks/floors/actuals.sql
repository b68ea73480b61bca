-- Every level and kind of period from one reading of the days: first by person, then by grouping sets of that.
create table floor.actuals as
with by_person as (
    select
        days.kpi_id,
        days.person_id,
        days.team_id,
        days.region_id,
        dates.week_start,
        dates.month_start,
        dates.quarter_start,
        dates.year_start,
        sum(days.numerator) as numerator,
        sum(days.denominator) as denominator,
        sum(days.rows_counted) as rows_counted
    from floor.kpi_days as days
    inner join build.dim_dates as dates on days.day_on = dates.date_on
    group by
        days.kpi_id, days.person_id, days.team_id, days.region_id,
        dates.week_start, dates.month_start, dates.quarter_start, dates.year_start
)

select
    kpi_id,
    case
        when person_id is not null then 'person'
        when team_id is not null then 'team'
        when region_id is not null then 'region'
        else 'company'
    end as node_kind,
    coalesce(person_id, team_id, region_id, 'company') as node_id,
    case
        when week_start is not null then 'week'
        when month_start is not null then 'month'
        when quarter_start is not null then 'quarter'
        else 'year'
    end as period_kind,
    coalesce(week_start, month_start, quarter_start, year_start) as period_start,
    sum(numerator) as numerator,
    sum(denominator) as denominator,
    sum(rows_counted) as rows_counted,
    sum(numerator) / nullif(sum(denominator), 0) as ratio
from by_person
group by
    kpi_id,
    grouping sets (person_id, team_id, region_id, ()),
    grouping sets (week_start, month_start, quarter_start, year_start);
