with chosen as (
    select
        period_kind,
        period_start,
        period_end
    from kpi.period_choices
    where period = {{period}}
),

people as (
    select distinct members.person_id
    from chosen
    inner join kpi.node_people as members
        on chosen.period_end >= members.valid_from and chosen.period_start < members.valid_to
    where members.node_id = {{node}} and members.person_id <> 'unassigned'
)

select
    scores.person_id,
    scores.person_name as person,
    scores.weighted_attainment_to_date as score
from chosen
cross join people
inner join kpi.person_scorecards as scores
    on people.person_id = scores.person_id
    and chosen.period_kind = scores.period_kind
    and chosen.period_start = scores.period_start
where scores.weighted_attainment_to_date is not null
order by scores.weighted_attainment_to_date desc, scores.person_name asc
