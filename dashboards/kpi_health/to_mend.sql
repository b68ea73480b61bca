select
    kpis.kpi_id,
    kpis.title_{language} as kpi,
    titles.title_{language} as condition,
    verdicts.title_{language} as verdict,
    case '{language}' when 'ru' then conditions.reason_ru else conditions.reason end as reason,
    case '{language}' when 'ru' then conditions.mend_ru else conditions.mend end as mend
from kpi.kpi_conditions as conditions
inner join kpi.dim_kpis as kpis on conditions.kpi_id = kpis.kpi_id
inner join kpi.dim_labels as titles on titles.topic = 'condition' and conditions.condition = titles.value
inner join kpi.dim_labels as verdicts on verdicts.topic = 'verdict' and conditions.verdict = verdicts.value
where conditions.node_id = {{node}} and conditions.verdict in ('warn', 'fail')
order by conditions.verdict, titles.position, kpi
