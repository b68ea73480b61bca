create table floor.stage_entries as
with latest as (
    select distinct on (source, id) source, id, is_deleted, record
    from landed.csv_stage_entries
    order by source, id, as_of desc, version_id desc
)

select
    latest.source || ':' || latest.id as stage_entry_id,
    latest.source || ':' || (latest.record ->> 'deal_id') as deal_id,
    latest.record ->> 'stage' as stage,
    stages.stage_kind,
    stages.position as stage_position,
    actors.person_id as actor_id,
    floor.moment_at(latest.record ->> 'entered_at', settings.time_zone) as entered_at,
    floor.moment_on(latest.record ->> 'entered_at', settings.time_zone) as entered_on
from latest
cross join company.settings
left join company.person_ids as actors
    on latest.source = actors.source and latest.record ->> 'actor_id' = actors.source_person_id
left join company.stages on latest.source = stages.source and latest.record ->> 'stage' = stages.stage
where not latest.is_deleted;

alter table floor.stage_entries add primary key (stage_entry_id);
