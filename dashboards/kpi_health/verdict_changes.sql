with latest as (
    select max(as_of) as as_of
    from kpi.refreshes
    where state = 'published'
)

select
    kpis.kpi_id,
    changes.as_of,
    kpis.title_{language} as kpi,
    titles.title_{language} as condition,
    before.title_{language} as verdict_before,
    verdicts.title_{language} as verdict,
    case '{language}' when 'ru' then changes.reason_ru else changes.reason end as reason
from kpi.verdict_changes as changes
cross join latest
inner join kpi.dim_kpis as kpis on changes.kpi_id = kpis.kpi_id
inner join kpi.dim_labels as titles on titles.topic = 'condition' and changes.condition = titles.value
inner join kpi.dim_labels as before on before.topic = 'verdict' and changes.verdict_before = before.value
inner join kpi.dim_labels as verdicts on verdicts.topic = 'verdict' and changes.verdict = verdicts.value
where changes.node_id = {{node}} and changes.as_of > latest.as_of - 90
order by changes.as_of desc, titles.position asc, kpi asc
limit 200
