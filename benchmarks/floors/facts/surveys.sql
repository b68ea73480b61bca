create table floor.surveys as
with latest as (
    select distinct on (source, id) source, id, is_deleted, record
    from landed.csv_surveys
    order by source, id, as_of desc, version_id desc
)

select
    latest.source || ':' || latest.id as survey_id,
    latest.source || ':' || (latest.record ->> 'deal_id') as deal_id,
    owners.person_id as owner_id,
    (latest.record ->> 'score')::numeric as score,
    floor.moment_on(latest.record ->> 'answered_at', settings.time_zone) as answered_on
from latest
cross join company.settings
left join company.person_ids as owners
    on latest.source = owners.source and latest.record ->> 'owner_id' = owners.source_person_id
where not latest.is_deleted;

alter table floor.surveys add primary key (survey_id);
