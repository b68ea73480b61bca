-- One row per activity of the testing window that says when it was entered: was that more than two working
-- days after it happened?
with settings as (
    select
        as_of,
        {{ window_start('as_of') }} as window_start
    from {{ source('company', 'settings') }}
),

days as (
    select
        date_on,
        count(*) filter (where is_working_day) over (order by date_on) as working_days
    from {{ ref('dim_dates') }}
)

select
    activities.activity_id,
    activities.source,
    activities.owner_id,
    activities.happened_on,
    activities.logged_on,
    logged.working_days - happened.working_days > 2 as is_late
from {{ ref('fct_activities') }} as activities
inner join settings
    on activities.happened_on between settings.window_start and settings.as_of
inner join days as happened on activities.happened_on = happened.date_on
inner join days as logged on activities.logged_on = logged.date_on
-- A task is entered before it is done.
where activities.activity_kind is distinct from 'task'
