select
    coalesce(issues.owner_name, case '{language}' when 'ru' then 'Никто' else 'Nobody' end) as owner,
    people.person_id as node_id,
    count(*) as records
from kpi.data_issues as issues
inner join kpi.node_people as people on coalesce(issues.person_id, 'unassigned') = people.person_id
where people.node_id = {{node}} and people.valid_to = 'infinity' and issues.record_kind <> 'check'
group by people.person_id, issues.owner_name
order by records desc, owner asc
limit 30
