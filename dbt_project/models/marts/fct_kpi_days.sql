-- A balance is kept as its daily changes: what began to count less what ceased to. The sum of all days
-- up to a day is the balance of that day, for a person as for a team, whoever moved in between.
with changes as (
    select
        kpi_id,
        person_id,
        team_id,
        region_id,
        starts_on as day_on,
        numerator,
        denominator,
        1 as rows_counted
    from {{ ref('int_kpi_pieces') }}
    union all
    select
        kpi_id,
        person_id,
        team_id,
        region_id,
        ends_on as day_on,
        -numerator as numerator,
        -denominator as denominator,
        -1 as rows_counted
    from {{ ref('int_kpi_pieces') }}
    where over_time = 'balance' and ends_on <= {{ as_of() }}
)

select
    kpi_id,
    person_id,
    team_id,
    region_id,
    day_on,
    sum(numerator) as numerator,
    sum(denominator) as denominator,
    sum(rows_counted)::bigint as rows_counted
from changes
group by kpi_id, person_id, team_id, region_id, day_on
