with versions as (
    {{ landed_versions('bitrix24_crm_activity') }}
),

latest as (
    {{ landed_latest('bitrix24_crm_activity') }}
),

statistics as (
    {{ landed_latest('bitrix24_voximplant_statistic') }}
),

-- A call that was transferred has a row for each who spoke: the longest one tells of the call.
calls as (
    select distinct on (source, record ->> 'CRM_ACTIVITY_ID')
        source,
        record ->> 'CRM_ACTIVITY_ID' as activity_id,
        {{ bitrix24_id('PORTAL_USER_ID') }} as user_id,
        {{ bitrix24_at('CALL_START_DATE') }} as started_at,
        -- Rounded up, so that what lasted 35 seconds is not taken for shorter.
        ceil((record ->> 'CALL_DURATION')::numeric * 1000000 / 60) / 1000000 as minutes,
        case when record ->> 'CALL_FAILED_CODE' = '200' then 'connected' else 'no_answer' end as status
    from statistics
    where {{ bitrix24_id('CRM_ACTIVITY_ID') }} is not null
    order by
        source asc,
        record ->> 'CRM_ACTIVITY_ID' asc,
        (record ->> 'CALL_DURATION')::numeric desc,
        id::bigint asc
),

-- When an activity was done, Bitrix24 does not say; it was changed last when a night first saw it done.
doings as (
    select distinct on (source, id)
        source,
        id,
        source_modified_at as done_at
    from versions
    where record ->> 'COMPLETED' = 'Y'
    order by source, id, as_of, version_id
),

activities as (
    select
        latest.source,
        latest.id,
        latest.version_id,
        latest.as_of,
        latest.is_deleted,
        latest.source_modified_at,
        latest.record,
        calls.user_id as caller_id,
        calls.minutes,
        calls.status,
        doings.done_at,
        coalesce(calls.started_at, {{ bitrix24_at('START_TIME', 'latest.record') }}) as started_at,
        case latest.record ->> 'TYPE_ID'
            when '1' then 'meeting'
            when '2' then 'call'
            when '3' then 'task'
            when '4' then 'email'
            else
                case
                    when latest.record ->> 'PROVIDER_ID' in ('CRM_TODO', 'CRM_TASKS_TASK', 'TASKS')
                        then 'task'
                    else lower(latest.record ->> 'PROVIDER_ID')
                end
        end as kind,
        latest.record ->> 'COMPLETED' = 'Y' or calls.activity_id is not null as is_done
    from latest
    left join calls on latest.source = calls.source and latest.id = calls.activity_id
    left join doings on latest.source = doings.source and latest.id = doings.id
),

-- What is planned is a task until it is done: a call or a meeting to come has not happened. A mail has.
told as (
    select
        *,
        case when is_done or kind = 'email' then kind else 'task' end as told_kind,
        case
            when kind = 'task' then done_at
            when is_done or kind = 'email' then started_at
        end as happened_at,
        case
            when {{ bitrix24_on('DEADLINE') }} < date '9999-01-01' then {{ bitrix24_at('DEADLINE') }}
        end as due_at
    from activities
)

select
    {{ latest_columns('told', 'activity_id', 'told.id') }},
    told_kind as activity_kind,
    {{ bitrix24_id('RESPONSIBLE_ID') }} as source_owner_id,
    caller_id as source_actor_id,
    case
        when record ->> 'OWNER_TYPE_ID' = '2' then source || ':' || {{ bitrix24_id('OWNER_ID') }}
    end as deal_id,
    case
        when record ->> 'OWNER_TYPE_ID' = '1' then source || ':' || {{ bitrix24_id('OWNER_ID') }}
    end as lead_id,
    case record ->> 'DIRECTION' when '1' then 'in' when '2' then 'out' end as direction,
    case when told_kind = 'meeting' then 'held' else status end as status,
    minutes,
    happened_at,
    {{ local_day('happened_at') }} as happened_on,
    case when told_kind = 'task' then {{ local_day('due_at') }} end as due_on,
    case when told_kind = 'task' and is_done then {{ local_day('done_at') }} end as completed_on,
    {{ bitrix24_at('CREATED') }} as logged_at,
    {{ local_day(bitrix24_at('CREATED')) }} as logged_on
from told
