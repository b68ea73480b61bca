-- One row per lead: its first touch, the working minutes until then, and the day on which its time is over.
with hours as materialized (
    select
        as_of,
        time_zone,
        work_to,
        date_part('epoch', work_to - work_from) as day_seconds
    from {{ source('company', 'settings') }}
),

days as (
    select
        date_on,
        is_working_day,
        count(*) filter (where is_working_day) over (order by date_on) as working_days
    from {{ ref('dim_dates') }}
),

-- The n-th working day, looked up by its number: no join to plan, whose keys have no statistics.
working_days as (
    select array_agg(date_on order by date_on) as dates
    from {{ ref('dim_dates') }}
    where is_working_day
),

first_touches as (
    select distinct on (leads.lead_id)
        leads.lead_id,
        activities.actor_id,
        activities.happened_at,
        activities.happened_on
    from {{ ref('fct_activities') }} as activities
    inner join {{ ref('fct_leads') }} as leads
        on activities.lead_id = leads.lead_id and activities.happened_at >= leads.assigned_at
    where
        activities.activity_kind is distinct from 'task'
        and activities.direction is distinct from 'in'
        and activities.happened_on <= {{ as_of() }}
    order by leads.lead_id, activities.happened_at, activities.activity_id
),

on_the_working_clock as (
    select
        leads.lead_id,
        leads.owner_id,
        leads.assigned_on,
        touches.actor_id as touched_by_id,
        touches.happened_on as touched_on,
        hours.day_seconds,
        {{ working_seconds_until('leads.assigned_at', 'assigned', 'hours') }} as assigned_after,
        {{ working_seconds_until('touches.happened_at', 'touched', 'hours') }} as touched_after
    from {{ ref('fct_leads') }} as leads
    cross join hours
    left join first_touches as touches on leads.lead_id = touches.lead_id
    left join days as assigned on leads.assigned_on = assigned.date_on
    left join days as touched on touches.happened_on = touched.date_on
)

select
    clock.lead_id,
    clock.owner_id,
    clock.assigned_on,
    clock.touched_by_id,
    clock.touched_on,
    -- In the hour that a change of clocks repeats, a touch may read earlier than what it answers.
    case
        when clock.touched_after < clock.assigned_after then 0.00
        else round(((clock.touched_after - clock.assigned_after) / 60)::numeric, 2)
    end as response_minutes,
    (select working_days.dates from working_days)[
        ceil(
            (clock.assigned_after + 60 * {{ kpi_parameter('leads_answered_in_sla', 'sla_minutes') }})
            / clock.day_seconds
        )::integer
    ] as sla_ends_on
from on_the_working_clock as clock
