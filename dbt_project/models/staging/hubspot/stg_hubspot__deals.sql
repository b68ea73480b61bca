with versions as (
    {{ landed_versions('hubspot_deals') }}
),

accounts as (
    {{ landed_latest('hubspot_account') }}
),

companies as (
    {{ hubspot_links('deals_companies', primary_type=5) }}
),

leads as (
    {{ hubspot_links('leads_deals') }}
),

-- Of several leads that came to one deal, the first.
first_leads as (
    select distinct on (source, target_id)
        source,
        target_id as deal_id,
        origin_id as lead_id
    from leads
    order by source, target_id, origin_id::bigint
),

deals as (
    select
        versions.version_id,
        versions.source,
        versions.id,
        versions.source_modified_at,
        versions.is_deleted,
        versions.record,
        versions.as_of,
        companies.target_id as company_id,
        first_leads.lead_id,
        coalesce(stages.stage, versions.record ->> 'dealstage') as stage,
        coalesce(versions.record ->> 'deal_currency_code', accounts.record ->> 'companyCurrency') as currency,
        case lower({{ own_field('deals', 'kind', 'versions') }})
            when 'newbusiness' then 'new'
            when 'existingbusiness' then 'expansion'
            else lower({{ own_field('deals', 'kind', 'versions') }})
        end as deal_kind,
        {{ hubspot_at('createdate', 'versions.record') }} as created_at,
        {{ hubspot_at('closedate', 'versions.record') }} as closes_at,
        coalesce(stages.stage_kind in ('won', 'lost'), false) as is_closed
    from versions
    left join {{ ref('stg_hubspot__deal_stages') }} as stages
        on versions.source = stages.source and versions.record ->> 'dealstage' = stages.stage_id
    left join accounts on versions.source = accounts.source
    left join companies on versions.source = companies.source and versions.id = companies.origin_id
    left join first_leads on versions.source = first_leads.source and versions.id = first_leads.deal_id
)

-- One date says when an open deal is expected to close, and when a closed one did.
select
    {{ record_version_columns('deal_id') }},
    record ->> 'dealname' as deal_name,
    record ->> 'hubspot_owner_id' as source_owner_id,
    source || ':' || company_id as account_id,
    null::text as product_id,
    source || ':' || lead_id as lead_id,
    stage,
    {{ hubspot_number('amount') }} as amount,
    currency,
    deal_kind,
    created_at,
    {{ local_day('created_at') }} as created_on,
    {{ local_day('closes_at') }} as expected_close_on,
    case when is_closed then closes_at end as closed_at,
    case when is_closed then {{ local_day('closes_at') }} end as closed_on
from deals
