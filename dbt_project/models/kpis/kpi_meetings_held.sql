select
    activity_id as event_id,
    'activity' as record_kind,
    activity_id as record_id,
    owner_id as person_id,
    actor_id,
    happened_on as event_on,
    null::date as until_on,
    1::numeric as numerator,
    null::numeric as denominator
from {{ ref('fct_activities') }}
where activity_kind = 'meeting' and status = 'held'
