create table floor.payments as
with latest as (
    select distinct on (source, id) source, id, is_deleted, record
    from landed.csv_payments
    order by source, id, as_of desc, version_id desc
)

select
    latest.source || ':' || latest.id as payment_id,
    latest.source || ':' || (latest.record ->> 'invoice_id') as invoice_id,
    latest.source || ':' || (latest.record ->> 'deal_id') as deal_id,
    (latest.record ->> 'amount')::numeric as amount,
    latest.record ->> 'currency' as currency,
    floor.moment_on(latest.record ->> 'paid_at', settings.time_zone) as paid_on
from latest
cross join company.settings
where not latest.is_deleted;

alter table floor.payments add primary key (payment_id);
