-- One row per record and day of an event in the testing window that tells how soon the event was seen: a
-- night ran on the day or the next, and the record did not come with all there was on the first night.
with settings as (
    select
        as_of,
        {{ window_start('as_of') }} as window_start
    from {{ source('company', 'settings') }}
),

first_nights as (
    select
        source,
        entity,
        min(as_of) as as_of
    from {{ entity_landings('landings') }}
    group by source, entity
),

nights as (
    select distinct
        landings.source,
        kinds.record_kind,
        landings.as_of,
        first_nights.as_of as first_night
    from {{ entity_landings('landings') }} as landings
    inner join first_nights
        on landings.source = first_nights.source and landings.entity = first_nights.entity
    inner join {{ ref('record_kinds') }} as kinds on landings.entity = kinds.entity
    inner join settings on first_nights.as_of < settings.as_of
),

events as (
    select distinct
        rows.record_kind,
        rows.record_id,
        rows.event_on,
        nights.source,
        nights.first_night
    from {{ ref('kpi_rows') }} as rows
    inner join settings on rows.event_on between settings.window_start and settings.as_of
    inner join nights
        on rows.record_kind = nights.record_kind
        and split_part(rows.record_id, ':', 1) = nights.source
        and nights.as_of between rows.event_on and rows.event_on + 1
)

select
    events.record_kind,
    events.record_id,
    events.event_on,
    first_versions.as_of as first_seen_on,
    first_versions.as_of > events.event_on + 1 as is_late
from events
cross join
    lateral (
        select min(versions.as_of) as as_of
        from {{ ref('int_record_versions') }} as versions
        where
            versions.record_kind = events.record_kind
            and versions.source = events.source
            and versions.source_record_id = substr(events.record_id, length(events.source) + 2)
    ) as first_versions
where first_versions.as_of > events.first_night
