with deals as (
    select
        source,
        source_record_id as id
    from {{ ref('stg_bitrix24__deals') }}
    where is_latest and not is_deleted
),

deal_versions as (
    {{ landed_versions('bitrix24_crm_deal') }}
),

history as (
    {{ landed_latest('bitrix24_crm_deal_stage_history') }}
),

entries as (
    select
        history.source,
        history.id,
        history.version_id,
        history.as_of,
        history.is_deleted,
        history.source_modified_at,
        history.record,
        deals.id as deal_id,
        {{ bitrix24_at('CREATED_TIME', 'history.record') }} as entered_at,
        statuses.status_name as stage
    from history
    inner join deals on history.source = deals.source and history.record ->> 'OWNER_ID' = deals.id
    left join {{ ref('stg_bitrix24__statuses') }} as statuses
        on history.source = statuses.source
        and history.record ->> 'STAGE_ID' = statuses.code
        and statuses.reference = case
            when {{ bitrix24_id('CATEGORY_ID', 'history.record') }} is null then 'DEAL_STAGE'
            else 'DEAL_STAGE_' || (history.record ->> 'CATEGORY_ID')
        end
),

-- The history does not say who moved a deal; the deal says who moved it last, each time that a night saw it.
movers as (
    select distinct on (entries.source, entries.id)
        entries.source,
        entries.id,
        {{ bitrix24_id('movedBy', 'deal_versions.record') }} as user_id
    from entries
    inner join deal_versions
        on entries.source = deal_versions.source
        and entries.deal_id = deal_versions.id
        and entries.record ->> 'STAGE_ID' = deal_versions.record ->> 'stageId'
        and {{ bitrix24_at('movedTime', 'deal_versions.record') }}
        between entries.entered_at - interval '5 seconds' and entries.entered_at + interval '5 seconds'
    order by entries.source asc, entries.id asc, deal_versions.as_of desc, deal_versions.version_id desc
),

makers as (
    select distinct on (source, id)
        source,
        id,
        {{ bitrix24_id('createdBy') }} as user_id
    from deal_versions
    order by source asc, id asc, as_of desc, version_id desc
)

select
    {{ latest_columns('entries', 'stage_entry_id', 'entries.id') }},
    entries.source || ':' || entries.deal_id as deal_id,
    entries.stage,
    case when entries.record ->> 'TYPE_ID' = '1' then makers.user_id else movers.user_id end
        as source_actor_id,
    entries.entered_at,
    {{ local_day('entries.entered_at') }} as entered_on
from entries
left join movers on entries.source = movers.source and entries.id = movers.id
left join makers on entries.source = makers.source and entries.deal_id = makers.id
