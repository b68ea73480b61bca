select
    kpis.kpi_id,
    kpis.title_{language} as kpi,
    labels.title_{language} as why,
    list.detail,
    kpis.owner
from kpi.review_list as list
inner join kpi.dim_kpis as kpis on list.kpi_id = kpis.kpi_id
inner join kpi.dim_labels as labels on labels.topic = 'why' and list.why = labels.value
order by labels.position, kpi
