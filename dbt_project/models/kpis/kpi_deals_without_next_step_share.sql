-- An open deal has a next step while one of its tasks has been entered, is not overdue and is not done.
with tasks as (
    select
        deal_id,
        coalesce(logged_on, happened_on) as begun_on,
        -- completed_on is null while a task is open; least() passes over it.
        least(due_on + 1, completed_on) as ended_on
    from {{ ref('fct_activities') }}
    where activity_kind = 'task' and deal_id is not null and due_on is not null
),

planned as (
    select
        deal_id,
        -- A due date to come is no end yet.
        range_agg(daterange(begun_on, case when ended_on <= {{ as_of() }} then ended_on end)) as days
    from tasks
    where begun_on < ended_on and begun_on <= {{ as_of() }}
    group by deal_id
)

{{ share_of_open_deals('planned', 'days', inside=0) }}
