with latest as (
    select max(as_of) as as_of
    from kpi.refreshes
    where state = 'published'
)

select
    people.person_name as person,
    verdicts.estimate as chance,
    labels.title_{language} as verdict,
    case '{language}' when 'ru' then verdicts.reason_ru else verdicts.reason end as reason,
    case '{language}' when 'ru' then verdicts.mend_ru else verdicts.mend end as mend,
    verdicts.node_id
from latest
inner join kpi.node_people as members on members.valid_to = 'infinity'
inner join kpi.kpi_verdicts as verdicts
    on members.person_id = verdicts.node_id
    and verdicts.dimension = 'chance'
    and latest.as_of = verdicts.as_of
inner join kpi.dim_people as people on verdicts.node_id = people.person_id
inner join kpi.dim_labels as labels on labels.topic = 'verdict' and verdicts.verdict = labels.value
where members.node_id = {{node}} and verdicts.kpi_id = {{kpi}}
order by verdicts.estimate, people.person_name, verdicts.node_id
