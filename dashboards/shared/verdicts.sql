select
    titles.title_{language} as condition,
    verdicts.title_{language} as verdict,
    count(*) as kpis
from kpi.kpi_conditions as conditions
inner join kpi.dim_labels as titles on titles.topic = 'condition' and conditions.condition = titles.value
inner join kpi.dim_labels as verdicts on verdicts.topic = 'verdict' and conditions.verdict = verdicts.value
where conditions.node_id = {{node}}
group by titles.title_{language}, titles.position, verdicts.title_{language}, verdicts.position
order by titles.position, verdicts.position
