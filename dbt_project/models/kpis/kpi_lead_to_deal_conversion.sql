-- A lead is booked on the day its window ends, converted or not, so that a closed period stays closed.
with cohort as (
    select
        lead_id,
        owner_id,
        assigned_on
        + {{ kpi_parameter('lead_to_deal_conversion', 'window_days') }}::integer as window_ends_on,
        converted_on
    from {{ ref('fct_leads') }}
)

select
    lead_id as event_id,
    'lead' as record_kind,
    lead_id as record_id,
    owner_id as person_id,
    owner_id as actor_id,
    window_ends_on as event_on,
    null::date as until_on,
    coalesce(converted_on <= window_ends_on, false)::integer::numeric as numerator,
    1::numeric as denominator
from cohort
where window_ends_on is null or window_ends_on <= {{ as_of() }}
