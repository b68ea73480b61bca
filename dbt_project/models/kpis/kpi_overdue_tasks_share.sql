select
    activity_id as event_id,
    'activity' as record_kind,
    activity_id as record_id,
    owner_id as person_id,
    actor_id,
    due_on as event_on,
    null::date as until_on,
    coalesce(completed_on > due_on, true)::integer::numeric as numerator,
    1::numeric as denominator
from {{ ref('fct_activities') }}
where activity_kind = 'task' and due_on <= {{ as_of() }}
