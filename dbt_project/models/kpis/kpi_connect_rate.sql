select
    activity_id as event_id,
    'activity' as record_kind,
    activity_id as record_id,
    owner_id as person_id,
    actor_id,
    happened_on as event_on,
    null::date as until_on,
    case
        when status = 'no_answer' then 0
        else (minutes * 60 >= {{ kpi_parameter('connect_rate', 'least_seconds') }})::integer
    end::numeric as numerator,
    1::numeric as denominator
from {{ ref('fct_activities') }}
where activity_kind = 'call'
