with users as (
    {{ hubspot_users() }}
),

{%- for kind in ['calls', 'meetings', 'tasks', 'emails'] %}

{{ kind }} as (
    {{ landed_latest('hubspot_' ~ kind) }}
),

{{ kind }}_deals as (
    {{ hubspot_links(kind ~ '_deals') }}
),

{{ kind }}_leads as (
    {{ hubspot_links(kind ~ '_leads') }}
),
{%- endfor %}

done_calls as (
    select
        calls.*,
        'call' as activity_kind,
        case calls.record ->> 'hs_call_direction' when 'OUTBOUND' then 'out' when 'INBOUND' then 'in' end
            as direction,
        case
            when calls.record ->> 'hs_call_status' = 'COMPLETED' then 'connected'
            when calls.record ->> 'hs_call_status' in ('NO_ANSWER', 'MISSED', 'BUSY', 'FAILED', 'CANCELED')
                then 'no_answer'
            else lower(calls.record ->> 'hs_call_status')
        end as status,
        {{ hubspot_number('hs_call_duration', 'calls.record') }} / 60000 as minutes,
        {{ hubspot_at('hs_timestamp', 'calls.record') }} as happened_at,
        null::timestamptz as due_at,
        null::timestamptz as completed_at
    from calls
),

-- Whether a meeting took place, its outcome says.
planned_meetings as (
    select
        meetings.*,
        'meeting' as activity_kind,
        null::text as direction,
        case meetings.record ->> 'hs_meeting_outcome'
            when 'COMPLETED' then 'held'
            when 'CANCELED' then 'cancelled'
            else lower(meetings.record ->> 'hs_meeting_outcome')
        end as status,
        extract(
            epoch from
            {{ hubspot_at('hs_meeting_end_time', 'meetings.record') }}
            - {{ hubspot_at('hs_meeting_start_time', 'meetings.record') }}
        )
        / 60 as minutes,
        coalesce(
            {{ hubspot_at('hs_meeting_start_time', 'meetings.record') }},
            {{ hubspot_at('hs_timestamp', 'meetings.record') }}
        ) as happened_at,
        null::timestamptz as due_at,
        null::timestamptz as completed_at
    from meetings
),

-- A task is due at its own time; when it was done counts only while it is.
given_tasks as (
    select
        tasks.*,
        'task' as activity_kind,
        null::text as direction,
        case tasks.record ->> 'hs_task_status' when 'COMPLETED' then 'done' else 'open' end as status,
        null::numeric as minutes,
        completions.completed_at as happened_at,
        {{ hubspot_at('hs_timestamp', 'tasks.record') }} as due_at,
        completions.completed_at
    from tasks
    cross join
        lateral (
            select
                case
                    when tasks.record ->> 'hs_task_status' = 'COMPLETED'
                        then {{ hubspot_at('hs_task_completion_date', 'tasks.record') }}
                end as completed_at
        ) as completions
),

sent_emails as (
    select
        emails.*,
        'email' as activity_kind,
        case emails.record ->> 'hs_email_direction'
            when 'EMAIL' then 'out'
            when 'INCOMING_EMAIL' then 'in'
        end as direction,
        lower(emails.record ->> 'hs_email_status') as status,
        null::numeric as minutes,
        {{ hubspot_at('hs_timestamp', 'emails.record') }} as happened_at,
        null::timestamptz as due_at,
        null::timestamptz as completed_at
    from emails
),

united as (
    {%- for kind, relation in [
        ('calls', 'done_calls'), ('meetings', 'planned_meetings'), ('tasks', 'given_tasks'), ('emails', 'sent_emails')
    ] %}
    select
        {{ relation }}.*,
        {{ kind }}_deals.target_id as deal_id,
        {{ kind }}_leads.target_id as lead_id
    from {{ relation }}
    left join {{ kind }}_deals
        on {{ relation }}.source = {{ kind }}_deals.source and {{ relation }}.id = {{ kind }}_deals.origin_id
    left join {{ kind }}_leads
        on {{ relation }}.source = {{ kind }}_leads.source and {{ relation }}.id = {{ kind }}_leads.origin_id
    {{- ' union all' if not loop.last }}
    {%- endfor %}
)

select
    {{ latest_columns('united', 'activity_id', "united.activity_kind || '-' || united.id") }},
    united.activity_kind,
    united.record ->> 'hubspot_owner_id' as source_owner_id,
    users.owner_id as source_actor_id,
    united.source || ':' || united.deal_id as deal_id,
    united.source || ':' || united.lead_id as lead_id,
    united.direction,
    united.status,
    trim_scale(united.minutes) as minutes,
    united.happened_at,
    {{ local_day('united.happened_at') }} as happened_on,
    {{ local_day('united.due_at') }} as due_on,
    {{ local_day('united.completed_at') }} as completed_on,
    {{ hubspot_at('hs_createdate', 'united.record') }} as logged_at,
    {{ local_day(hubspot_at('hs_createdate', 'united.record')) }} as logged_on
from united
left join users
    on united.source = users.source and united.record ->> 'hs_created_by_user_id' = users.user_id
