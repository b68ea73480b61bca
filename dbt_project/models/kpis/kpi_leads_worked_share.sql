-- A lead is booked on the day its window ends, touched or not, so that a closed period stays closed.
with cohort as (
    select
        lead_id,
        owner_id,
        touched_by_id,
        touched_on,
        assigned_on + {{ kpi_parameter('leads_worked_share', 'window_days') }}::integer as window_ends_on
    from {{ ref('int_lead_responses') }}
),

outcomes as (
    select
        lead_id,
        owner_id,
        touched_by_id,
        window_ends_on,
        coalesce(touched_on <= window_ends_on, false) as is_worked
    from cohort
)

select
    lead_id as event_id,
    'lead' as record_kind,
    lead_id as record_id,
    owner_id as person_id,
    coalesce(case when is_worked then touched_by_id end, owner_id) as actor_id,
    window_ends_on as event_on,
    null::date as until_on,
    is_worked::integer::numeric as numerator,
    1::numeric as denominator
from outcomes
where window_ends_on is null or window_ends_on <= {{ as_of() }}
