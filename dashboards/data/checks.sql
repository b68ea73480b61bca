select
    issues.record_id as looked_at,
    issues.what_{language} as what,
    issues.found,
    issues.expected,
    issues.mend_{language} as mend
from kpi.data_issues as issues
where issues.record_kind = 'check'
order by issues.record_id, issues.rule_id
limit 200
