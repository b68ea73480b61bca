create table floor.leads as
with latest as (
    select distinct on (source, id) source, id, is_deleted, record
    from landed.csv_leads
    order by source, id, as_of desc, version_id desc
)

select
    latest.source || ':' || latest.id as lead_id,
    owners.person_id as owner_id,
    latest.record ->> 'origin' as origin,
    latest.source || ':' || (latest.record ->> 'deal_id') as deal_id,
    floor.moment_at(latest.record ->> 'created_at', settings.time_zone) as created_at,
    floor.moment_on(latest.record ->> 'created_at', settings.time_zone) as created_on,
    floor.moment_at(latest.record ->> 'assigned_at', settings.time_zone) as assigned_at,
    floor.moment_on(latest.record ->> 'assigned_at', settings.time_zone) as assigned_on
from latest
cross join company.settings
left join company.person_ids as owners
    on latest.source = owners.source and latest.record ->> 'owner_id' = owners.source_person_id
where not latest.is_deleted;

alter table floor.leads add primary key (lead_id);
