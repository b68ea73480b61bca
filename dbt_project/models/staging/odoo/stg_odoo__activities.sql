with lead_records as (
    {{ landed_latest('odoo_crm_lead') }}
),

leads as (
    select
        source,
        id,
        record ->> 'type' = 'opportunity' as is_deal,
        record ->> 'type' = 'lead' or record ? 'date_conversion' as is_lead,
        {{ odoo_at('date_conversion') }} as converted_at
    from lead_records
),

types as (
    {{ landed_latest('odoo_mail_activity_type', gone=true) }}
),

users as (
    {{ landed_latest('odoo_res_users', gone=true) }}
),

planned as (
    {{ landed_latest('odoo_mail_activity') }}
),

events as (
    {{ landed_latest('odoo_calendar_event') }}
),

messages as (
    {{ landed_latest('odoo_mail_message') }}
),

-- A message tells that an activity was done; Odoo 17 then deletes the activity, later ones may keep it.
done_messages as (
    select
        messages.source,
        messages.id,
        messages.version_id,
        messages.as_of,
        messages.source_modified_at,
        messages.record ->> 'res_id' as lead_id,
        messages.record ->> 'mail_activity_type_id' as type_id,
        users.id as user_id,
        {{ odoo_at('date', 'messages.record') }} as done_at,
        row_number() over (
            partition by
                messages.source,
                messages.record ->> 'res_id',
                messages.record ->> 'mail_activity_type_id',
                (messages.record ->> 'date')::timestamp::date
            order by messages.id::bigint
        ) as place
    from messages
    left join users
        on messages.source = users.source and messages.record ->> 'author_id' = users.record ->> 'partner_id'
    where messages.record ->> 'model' = 'crm.lead' and messages.record ? 'mail_activity_type_id'
),

-- What a calendar event stands for is counted there.
activities as (
    select
        source,
        id,
        version_id,
        as_of,
        source_modified_at,
        record ->> 'res_id' as lead_id,
        record ->> 'activity_type_id' as type_id,
        record ->> 'user_id' as user_id,
        (record ->> 'date_deadline')::date as due_on,
        (record ->> 'date_done')::date as done_on,
        {{ odoo_at('create_date') }} as logged_at,
        row_number() over (
            partition by source, record ->> 'res_id', record ->> 'activity_type_id', record ->> 'date_done'
            order by id::bigint
        ) as place
    from planned
    where not record ? 'calendar_event_id' and (record ? 'date_done' or (record ->> 'active')::boolean)
),

-- Kept and told of: the same activity, which has its due day from one and the time from the other.
kept as (
    select
        activities.*,
        done_messages.id as message_id,
        done_messages.user_id as done_by,
        coalesce(
            done_messages.done_at, activities.done_on::timestamp at time zone {{ time_zone() }}
        ) as done_at
    from activities
    left join done_messages
        on activities.source = done_messages.source
        and activities.lead_id = done_messages.lead_id
        and activities.type_id = done_messages.type_id
        and activities.done_on = (done_messages.done_at at time zone 'UTC')::date
        and activities.place = done_messages.place
),

told as (
    select done_messages.*
    from done_messages
    left join kept on done_messages.source = kept.source and done_messages.id = kept.message_id
    where kept.message_id is null
),

-- A meeting stands in the calendar, and nowhere else as well.
united as (
    select
        kept.source,
        'activity-' || kept.id as activity_id,
        kept.version_id,
        kept.as_of,
        kept.source_modified_at,
        kept.lead_id,
        kept.done_at is not null as is_done,
        types.record ->> 'category' as category,
        kept.user_id,
        kept.done_by,
        kept.done_at as happened_at,
        kept.due_on,
        kept.done_at as completed_at,
        kept.logged_at
    from kept
    left join types on kept.source = types.source and kept.type_id = types.id
    union all
    select
        told.source,
        'message-' || told.id as activity_id,
        told.version_id,
        told.as_of,
        told.source_modified_at,
        told.lead_id,
        true as is_done,
        types.record ->> 'category' as category,
        told.user_id,
        told.user_id as done_by,
        told.done_at as happened_at,
        null::date as due_on,
        told.done_at as completed_at,
        null::timestamptz as logged_at
    from told
    left join types on told.source = types.source and told.type_id = types.id
    where types.record ->> 'category' is distinct from 'meeting'
    union all
    select
        events.source,
        'event-' || events.id as activity_id,
        events.version_id,
        events.as_of,
        events.source_modified_at,
        events.record ->> 'opportunity_id' as lead_id,
        {{ local_day("moments.starts_at") }} <= {{ as_of() }} as is_done,
        'meeting' as category,
        events.record ->> 'user_id' as user_id,
        null::text as done_by,
        moments.starts_at as happened_at,
        null::date as due_on,
        null::timestamptz as completed_at,
        {{ odoo_at('create_date', 'events.record') }} as logged_at
    from events
    cross join
        lateral (
            select
                case
                    when (events.record ->> 'allday')::boolean
                        then (events.record ->> 'start_date')::timestamp at time zone {{ time_zone() }}
                    else {{ odoo_at('start', 'events.record') }}
                end as starts_at
        ) as moments
    where (events.record ->> 'active')::boolean
)

-- What is planned is a task until it is done: a call or a meeting to come has not happened.
select
    united.version_id,
    united.source,
    united.activity_id as source_record_id,
    united.source || ':' || united.activity_id as activity_id,
    united.as_of,
    false as is_deleted,
    united.source_modified_at,
    true as is_latest,
    case
        when united.is_done and united.category = 'phonecall' then 'call'
        when united.is_done and united.category = 'meeting' then 'meeting'
        else 'task'
    end as activity_kind,
    united.user_id as source_owner_id,
    united.done_by as source_actor_id,
    {{ odoo_deal_and_lead('leads', 'coalesce(united.happened_at, united.logged_at)') }},
    null::text as direction,
    null::text as status,
    null::numeric as minutes,
    case when united.is_done then united.happened_at end as happened_at,
    case when united.is_done then {{ local_day('united.happened_at') }} end as happened_on,
    coalesce(united.due_on, case when not united.is_done then {{ local_day('united.happened_at') }} end)
        as due_on,
    {{ local_day('united.completed_at') }} as completed_on,
    united.logged_at,
    {{ local_day('united.logged_at') }} as logged_on
from united
left join leads on united.source = leads.source and united.lead_id = leads.id
