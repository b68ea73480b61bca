with latest as (
    select max(as_of) as as_of
    from kpi.refreshes
    where state = 'published'
)

select
    coalesce(accounts.account_name, deals.deal_name, kpi_rows.record_id) as customer,
    invoices.due_on,
    kpi_rows.numerator as amount,
    deals.deal_name as deal,
    coalesce(
        replace(records.record_url, '{id}', substr(kpi_rows.record_id, length(invoices.source) + 2)),
        deals.record_url
    ) as record_url
from latest
inner join kpi.kpi_rows
    on kpi_rows.event_on <= latest.as_of and coalesce(kpi_rows.until_on, 'infinity') > latest.as_of
inner join kpi.fct_invoices as invoices on kpi_rows.record_id = invoices.invoice_id
left join kpi.dim_accounts as accounts on invoices.account_id = accounts.account_id
left join kpi.fct_deals as deals on invoices.deal_id = deals.deal_id
left join kpi.dim_record_kinds as records
    on kpi_rows.record_kind = records.record_kind and invoices.source = records.source
where kpi_rows.kpi_id = 'overdue_receivables' and kpi_rows.person_id = {{node}}
order by invoices.due_on asc, kpi_rows.numerator desc, kpi_rows.event_id asc
limit 100
