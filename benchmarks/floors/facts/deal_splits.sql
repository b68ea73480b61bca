create table floor.deal_splits as
with latest as (
    select distinct on (source, id) source, id, is_deleted, record
    from landed.csv_deal_splits
    order by source, id, as_of desc, version_id desc
)

select
    latest.source || ':' || latest.id as deal_split_id,
    latest.source || ':' || (latest.record ->> 'deal_id') as deal_id,
    owners.person_id,
    (latest.record ->> 'share')::numeric as share
from latest
left join company.person_ids as owners
    on latest.source = owners.source and latest.record ->> 'owner_id' = owners.source_person_id
where not latest.is_deleted;

alter table floor.deal_splits add primary key (deal_split_id);
