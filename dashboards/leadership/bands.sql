with people as (
    select distinct members.person_id
    from kpi.period_choices as periods
    inner join kpi.node_people as members
        on periods.period_end >= members.valid_from and periods.period_start < members.valid_to
    where periods.period = {{period}} and members.node_id = {{node}} and members.person_id <> 'unassigned'
)

select
    bands.band,
    count(*) filter (where numbers.attainment >= bands.from_share and numbers.attainment < bands.to_share)
        as people
from kpi.period_choices as periods
inner join kpi.scorecards as numbers
    on periods.period_kind = numbers.period_kind and periods.period_start = numbers.period_start
inner join people on numbers.node_id = people.person_id
cross join (
    values
    (1, '< 50 %', 0, 0.5),
    (2, '50–80 %', 0.5, 0.8),
    (3, '80–100 %', 0.8, 1),
    (4, '100–120 %', 1, 1.2),
    (5, '≥ 120 %', 1.2, 1000000)
) as bands (position, band, from_share, to_share)
where
    periods.period = {{period}}
    and numbers.kpi_id = {{kpi}}
    and numbers.attainment is not null
group by bands.position, bands.band
order by bands.position
