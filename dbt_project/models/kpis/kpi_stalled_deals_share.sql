-- An open deal is stalled while it has been in its stage for too long, or while for too many working days
-- nothing has touched it: no entry into a stage, and no activity but tasks, which are only planned.
with working_days as (
    select
        date_on,
        is_working_day,
        count(*) filter (where is_working_day) over (order by date_on) as days_through
    from {{ ref('dim_dates') }}
),

quiet_days as (
    select
        touched.date_on as touched_on,
        quiet.date_on as quiet_on
    from working_days as touched
    inner join working_days as quiet
        on quiet.is_working_day
        and quiet.days_through
        = touched.days_through + {{ kpi_parameter('stalled_deals_share', 'quiet_days') }}::integer
    where quiet.date_on <= {{ as_of() }}
),

touches as (
    select
        deal_id,
        happened_on as touched_on
    from {{ ref('fct_activities') }}
    where deal_id is not null and activity_kind <> 'task'
    union all
    select
        deal_id,
        entered_on as touched_on
    from {{ ref('fct_stage_entries') }}
    union all
    select
        deal_id,
        created_on as touched_on
    from {{ ref('fct_deals') }}
),

followed as (
    select
        deal_id,
        touched_on,
        lead(touched_on) over (partition by deal_id order by touched_on) as touched_again_on
    from touches
    where touched_on <= {{ as_of() }}
),

stalls as (
    select
        followed.deal_id,
        daterange(quiet_days.quiet_on, followed.touched_again_on) as stalled_during
    from followed
    inner join quiet_days on followed.touched_on = quiet_days.touched_on
    where coalesce(quiet_days.quiet_on < followed.touched_again_on, true)
    union all
    select
        deal_id,
        open_during * daterange(stalls_on, null) as stalled_during
    from {{ ref('int_open_deal_months') }}
    where stalls_on <= {{ as_of() }} and open_during && daterange(stalls_on, null)
),

stalled as (
    select
        deal_id,
        range_agg(stalled_during) as days
    from stalls
    group by deal_id
)

{{ share_of_open_deals('stalled', 'days', inside=1) }}
