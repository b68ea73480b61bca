with latest as (
    select max(as_of) as as_of
    from kpi.refreshes
    where state = 'published'
)

select
    leads.assigned_on,
    leads.origin,
    leads.lead_id,
    replace(records.record_url, '{id}', substr(kpi_rows.record_id, length(leads.source) + 2)) as record_url
from latest
inner join kpi.kpi_rows on kpi_rows.event_on > latest.as_of - 30
inner join kpi.fct_leads as leads on kpi_rows.record_id = leads.lead_id
left join kpi.dim_record_kinds as records
    on kpi_rows.record_kind = records.record_kind and leads.source = records.source
where kpi_rows.kpi_id = 'leads_worked_share' and kpi_rows.person_id = {{node}} and kpi_rows.numerator = 0
order by leads.assigned_on, leads.lead_id
limit 100
