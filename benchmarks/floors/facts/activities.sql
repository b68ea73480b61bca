create table floor.activities as
with latest as (
    select distinct on (source, id) source, id, is_deleted, record
    from landed.csv_activities
    order by source, id, as_of desc, version_id desc
)

select
    latest.source || ':' || latest.id as activity_id,
    latest.source,
    latest.record ->> 'kind' as activity_kind,
    owners.person_id as owner_id,
    latest.source || ':' || (latest.record ->> 'deal_id') as deal_id,
    latest.source || ':' || (latest.record ->> 'lead_id') as lead_id,
    latest.record ->> 'direction' as direction,
    latest.record ->> 'status' as status,
    (latest.record ->> 'minutes')::numeric as minutes,
    floor.moment_at(latest.record ->> 'happened_at', settings.time_zone) as happened_at,
    floor.moment_on(latest.record ->> 'happened_at', settings.time_zone) as happened_on,
    floor.moment_on(latest.record ->> 'due_at', settings.time_zone) as due_on,
    floor.moment_on(latest.record ->> 'completed_at', settings.time_zone) as completed_on,
    floor.moment_on(latest.record ->> 'logged_at', settings.time_zone) as logged_on
from latest
cross join company.settings
left join company.person_ids as owners
    on latest.source = owners.source and latest.record ->> 'owner_id' = owners.source_person_id
where not latest.is_deleted;

alter table floor.activities add primary key (activity_id);
