select
    issues.what_{language} as what,
    count(*) as records
from kpi.data_issues as issues
inner join kpi.node_people as people on coalesce(issues.person_id, 'unassigned') = people.person_id
where people.node_id = {{node}} and people.valid_to = 'infinity' and issues.record_kind <> 'check'
group by issues.what_{language}
order by records desc, what asc
