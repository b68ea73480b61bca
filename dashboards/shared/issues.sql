select
    issues.what_{language} as what,
    issues.mend_{language} as mend,
    kinds.title_{language} as record_kind,
    issues.record_id,
    issues.owner_name,
    issues.found,
    issues.expected,
    issues.record_url
from kpi.data_issues as issues
inner join kpi.node_people as people on coalesce(issues.person_id, 'unassigned') = people.person_id
left join kpi.dim_labels as kinds on kinds.topic = 'record_kind' and issues.record_kind = kinds.value
where people.node_id = {{node}} and people.valid_to = 'infinity' and issues.record_kind <> 'check'
order by issues.rule_id, issues.owner_name, issues.record_id
limit 500
