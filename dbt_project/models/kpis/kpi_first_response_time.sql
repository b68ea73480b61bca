select
    lead_id as event_id,
    'lead' as record_kind,
    lead_id as record_id,
    owner_id as person_id,
    coalesce(touched_by_id, owner_id) as actor_id,
    touched_on as event_on,
    null::date as until_on,
    response_minutes as numerator,
    null::numeric as denominator
from {{ ref('int_lead_responses') }}
where touched_on is not null
