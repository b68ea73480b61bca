select
    titles.title_{language} as condition,
    verdicts.title_{language} as verdict,
    case '{language}' when 'ru' then conditions.reason_ru else conditions.reason end as reason,
    case '{language}' when 'ru' then conditions.mend_ru else conditions.mend end as mend
from kpi.kpi_conditions as conditions
inner join kpi.dim_labels as titles on titles.topic = 'condition' and conditions.condition = titles.value
inner join kpi.dim_labels as verdicts on verdicts.topic = 'verdict' and conditions.verdict = verdicts.value
where conditions.kpi_id = {{kpi}} and conditions.node_id = {{node}}
order by titles.position
