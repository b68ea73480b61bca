with versions as (
    {{ landed_versions('bitrix24_crm_deal') }}
),

contacts as (
    {{ landed_latest('bitrix24_crm_contact', gone=true) }}
),

currencies as (
    {{ landed_latest('bitrix24_crm_currency', gone=true) }}
),

statuses as (
    select *
    from {{ ref('stg_bitrix24__statuses') }}
),

own_fields as (
    select
        source,
        name as kind_field
    from {{ source('company', 'source_own_fields') }}
    where entity = 'deals' and field = 'kind'
),

-- What a recurring deal is made of is no deal itself.
deals as (
    select
        versions.version_id,
        versions.source,
        versions.id,
        versions.source_modified_at,
        versions.is_deleted or coalesce(versions.record ->> 'isRecurring', 'N') = 'Y' as is_deleted,
        versions.record,
        versions.as_of,
        stages.status_name as stage,
        {{ bitrix24_account('versions.record', 'contacts') }} as account,
        coalesce(versions.record ->> 'currencyId', base_currencies.id) as currency,
        lower(
            case
                when own_fields.kind_field = 'typeId' then types.status_name
                else versions.record ->> own_fields.kind_field
            end
        ) as deal_kind,
        versions.record ->> 'stageSemanticId' in ('S', 'F') as is_closed
    from versions
    left join statuses as stages
        on versions.source = stages.source
        and versions.record ->> 'stageId' = stages.code
        and stages.reference = case
            when {{ bitrix24_id('categoryId', 'versions.record') }} is null then 'DEAL_STAGE'
            else 'DEAL_STAGE_' || (versions.record ->> 'categoryId')
        end
    left join own_fields on versions.source = own_fields.source
    left join statuses as types
        on versions.source = types.source
        and versions.record ->> 'typeId' = types.code
        and types.reference = 'DEAL_TYPE'
    left join contacts
        on versions.source = contacts.source
        and {{ bitrix24_id('contactId', 'versions.record') }} = contacts.id
    left join currencies as base_currencies
        on versions.source = base_currencies.source and base_currencies.record ->> 'BASE' = 'Y'
)

-- Bitrix24 knows no empty amount: 0 stands for it. The day on which a deal is expected to close becomes, when
-- it is closed, the day on which it was.
select
    {{ record_version_columns('deal_id') }},
    record ->> 'title' as deal_name,
    {{ bitrix24_id('assignedById') }} as source_owner_id,
    source || ':' || account as account_id,
    null::text as product_id,
    source || ':' || {{ bitrix24_id('leadId') }} as lead_id,
    stage,
    nullif((record ->> 'opportunity')::numeric, 0) as amount,
    currency,
    deal_kind,
    {{ bitrix24_at('createdTime') }} as created_at,
    {{ local_day(bitrix24_at('createdTime')) }} as created_on,
    case when not is_closed then {{ bitrix24_on('closedate') }} end as expected_close_on,
    case when is_closed then {{ bitrix24_at('movedTime') }} end as closed_at,
    case when is_closed then {{ local_day(bitrix24_at('movedTime')) }} end as closed_on
from deals
