select
    coalesce(accounts.account_name, deals.deal_name, rows.record_id) as customer,
    invoices.due_on,
    rows.numerator as amount,
    deals.deal_name as deal,
    coalesce(replace(records.record_url, '{id}', substr(rows.record_id, length(invoices.source) + 2)), deals.record_url)
        as record_url
from kpi.kpi_rows as rows
inner join kpi.fct_invoices as invoices on rows.record_id = invoices.invoice_id
left join kpi.dim_accounts as accounts on invoices.account_id = accounts.account_id
left join kpi.fct_deals as deals on invoices.deal_id = deals.deal_id
left join kpi.dim_record_kinds as records
    on rows.record_kind = records.record_kind and invoices.source = records.source
where rows.kpi_id = 'overdue_receivables' and rows.person_id = {{node}} and rows.until_on is null
order by invoices.due_on, rows.numerator desc
limit 100
