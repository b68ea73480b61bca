create table floor.invoices as
with latest as (
    select distinct on (source, id) source, id, is_deleted, record
    from landed.csv_invoices
    order by source, id, as_of desc, version_id desc
)

select
    latest.source || ':' || latest.id as invoice_id,
    latest.source || ':' || (latest.record ->> 'deal_id') as deal_id,
    latest.source || ':' || (latest.record ->> 'account_id') as account_id,
    (latest.record ->> 'amount')::numeric as amount,
    latest.record ->> 'currency' as currency,
    floor.moment_on(latest.record ->> 'issued_at', settings.time_zone) as issued_on,
    floor.moment_on(latest.record ->> 'due_at', settings.time_zone) as due_on
from latest
cross join company.settings
where not latest.is_deleted;

alter table floor.invoices add primary key (invoice_id);
