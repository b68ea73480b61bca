-- Materialized, since the rows come sorted by source, and would be merged with all the people of a source.
with activities as materialized (
    select
        activity_id,
        source,
        activity_kind,
        source_owner_id,
        coalesce(source_actor_id, source_owner_id) as source_actor_id,
        deal_id,
        lead_id,
        direction,
        status,
        minutes,
        happened_at,
        happened_on,
        due_on,
        completed_on,
        logged_at,
        logged_on
    from {{ staged('activities') }}
    where is_latest and not is_deleted
)

select
    activities.activity_id,
    activities.source,
    activities.activity_kind,
    owners.person_id as owner_id,
    activities.source_owner_id,
    actors.person_id as actor_id,
    activities.deal_id,
    activities.lead_id,
    activities.direction,
    activities.status,
    activities.minutes,
    activities.happened_at,
    activities.happened_on,
    activities.due_on,
    activities.completed_on,
    activities.logged_at,
    activities.logged_on
from activities
left join {{ ref('int_person_ids') }} as owners
    on activities.source = owners.source and activities.source_owner_id = owners.source_person_id
left join {{ ref('int_person_ids') }} as actors
    on activities.source = actors.source and activities.source_actor_id = actors.source_person_id
