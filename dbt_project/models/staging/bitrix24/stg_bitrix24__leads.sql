with versions as (
    {{ landed_versions('bitrix24_crm_lead') }}
),

deals as (
    {{ landed_latest('bitrix24_crm_deal') }}
),

-- A lead does not know what came of it; a deal knows its lead. The first one counts.
first_deals as (
    select distinct on (source, record ->> 'leadId')
        source,
        record ->> 'leadId' as lead_id,
        id as deal_id
    from deals
    where {{ bitrix24_id('leadId') }} is not null and coalesce(record ->> 'isRecurring', 'N') <> 'Y'
    order by source, record ->> 'leadId', {{ bitrix24_at('createdTime') }}, id::bigint
),

leads as (
    select
        versions.version_id,
        versions.source,
        versions.id,
        versions.source_modified_at,
        versions.is_deleted,
        versions.record,
        versions.as_of,
        origins.status_name as origin,
        first_deals.deal_id
    from versions
    left join {{ ref('stg_bitrix24__statuses') }} as origins
        on versions.source = origins.source
        and versions.record ->> 'sourceId' = origins.code
        and origins.reference = 'SOURCE'
    left join first_deals on versions.source = first_deals.source and versions.id = first_deals.lead_id
)

-- When a lead was handed to its owner, Bitrix24 does not say.
select
    {{ record_version_columns('lead_id') }},
    {{ bitrix24_id('assignedById') }} as source_owner_id,
    origin,
    source || ':' || deal_id as deal_id,
    {{ bitrix24_at('createdTime') }} as created_at,
    {{ local_day(bitrix24_at('createdTime')) }} as created_on,
    null::timestamptz as assigned_at,
    null::date as assigned_on
from leads
