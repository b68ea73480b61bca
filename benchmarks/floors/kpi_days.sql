-- What every KPI counts, by person, team of the day and day: one pass over the views of the KPIs, whose rows
-- no hand could write differently.
create table floor.kpi_days as
with rows as ({kpi_rows}),

pieces as (
    select
        rows.kpi_id,
        coalesce(rows.person_id, 'unassigned') as person_id,
        teams.team_id,
        teams.region_id,
        kpis.over_time,
        lower(counting.days * teams.valid_during) as starts_on,
        upper(counting.days * teams.valid_during) as ends_on,
        rows.numerator,
        rows.denominator
    from rows
    inner join company.kpis on rows.kpi_id = kpis.kpi_id
    cross join company.settings
    cross join lateral (
        select case
            when kpis.over_time = 'flow' then daterange(rows.event_on, rows.event_on, '[]')
            when rows.until_on <= rows.event_on then 'empty'::daterange
            else daterange(rows.event_on, rows.until_on)
        end as days
    ) as counting
    inner join build.int_person_teams as teams
        on coalesce(rows.person_id, 'unassigned') = teams.person_id
        and counting.days && teams.valid_during
    where rows.event_on <= settings.as_of
)

select kpi_id, person_id, team_id, region_id, starts_on as day_on,
    sum(numerator) as numerator, sum(denominator) as denominator, count(*) as rows_counted
from pieces
group by kpi_id, person_id, team_id, region_id, starts_on
union all
select kpi_id, person_id, team_id, region_id, ends_on,
    -sum(numerator), -sum(denominator), -count(*)
from pieces
where over_time = 'balance' and ends_on is not null
group by kpi_id, person_id, team_id, region_id, ends_on;
