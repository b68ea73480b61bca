-- One row per KPI row and stretch of one team: where a row counts, and from when until when. A flow
-- counts once, on its day, in the team of that day; a balance counts in each team that its person was in
-- while it lasted. What lies after the as-of or before the calendar, or has no date, counts nowhere (and
-- is an issue), nor does a balance that would end before it began.
with counted as (
    select
        rows.kpi_id,
        rows.event_id,
        rows.record_id,
        coalesce(rows.person_id, {{ unassigned('person') }}) as person_id,
        kpis.over_time,
        -- A row of a ratio that lacks one side would bend the other: it counts on neither.
        case
            when kpis.aggregation = 'ratio' and rows.denominator is null then null
            else rows.numerator
        end as numerator,
        case
            when kpis.aggregation = 'ratio' and rows.numerator is null then null
            else rows.denominator
        end as denominator,
        case
            when kpis.over_time = 'flow' then daterange(rows.event_on, rows.event_on, '[]')
            when rows.until_on < rows.event_on then 'empty'::daterange
            else daterange(rows.event_on, rows.until_on)
        end as counts_during
    from {{ ref('kpi_rows') }} as rows
    inner join {{ source('company', 'kpis') }} as kpis on rows.kpi_id = kpis.kpi_id
    where rows.event_on between {{ first_day() }} and {{ as_of() }}
)

select
    counted.kpi_id,
    counted.event_id,
    counted.record_id,
    counted.person_id,
    teams.team_id,
    teams.region_id,
    teams.company_id,
    counted.over_time,
    lower(counted.counts_during * teams.valid_during) as starts_on,
    upper(counted.counts_during * teams.valid_during) as ends_on,
    counted.numerator,
    counted.denominator
from counted
inner join {{ ref('int_person_teams') }} as teams
    on counted.person_id = teams.person_id
    and counted.counts_during && teams.valid_during
-- A move that is planned has not taken anything along yet.
where lower(counted.counts_during * teams.valid_during) <= {{ as_of() }}
