-- A lead is booked on the day its time is over. An answer on a later day is late, though no working minute
-- may have passed since, so that a closed period stays closed.
with responses as (
    select
        lead_id,
        owner_id,
        touched_by_id,
        assigned_on,
        sla_ends_on,
        coalesce(
            response_minutes <= {{ kpi_parameter('leads_answered_in_sla', 'sla_minutes') }}
            and touched_on <= sla_ends_on,
            false
        ) as is_in_time
    from {{ ref('int_lead_responses') }}
)

select
    lead_id as event_id,
    'lead' as record_kind,
    lead_id as record_id,
    owner_id as person_id,
    coalesce(case when is_in_time then touched_by_id end, owner_id) as actor_id,
    sla_ends_on as event_on,
    null::date as until_on,
    is_in_time::integer::numeric as numerator,
    1::numeric as denominator
from responses
where coalesce(coalesce(sla_ends_on, assigned_on) <= {{ as_of() }}, true)
