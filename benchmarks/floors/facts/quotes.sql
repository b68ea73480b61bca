create table floor.quotes as
with latest as (
    select distinct on (source, id) source, id, is_deleted, record
    from landed.csv_quotes
    order by source, id, as_of desc, version_id desc
)

select
    latest.source || ':' || latest.id as quote_id,
    latest.source || ':' || (latest.record ->> 'deal_id') as deal_id,
    owners.person_id as owner_id,
    (latest.record ->> 'amount')::numeric as amount,
    latest.record ->> 'currency' as currency,
    floor.moment_at(latest.record ->> 'sent_at', settings.time_zone) as sent_at,
    floor.moment_on(latest.record ->> 'sent_at', settings.time_zone) as sent_on
from latest
cross join company.settings
left join company.person_ids as owners
    on latest.source = owners.source and latest.record ->> 'owner_id' = owners.source_person_id
where not latest.is_deleted;

alter table floor.quotes add primary key (quote_id);
