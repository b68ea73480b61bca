with versions as (
    {{ landed_versions('hubspot_leads') }}
),

contacts as (
    {{ landed_latest('hubspot_contacts') }}
),

contact_links as (
    {{ hubspot_links('leads_contacts', primary_type=578) }}
),

deal_links as (
    {{ hubspot_links('leads_deals') }}
),

-- A lead that tells no origin of its own has that of its contact.
leads as (
    select
        versions.version_id,
        versions.source,
        versions.id,
        versions.source_modified_at,
        versions.is_deleted,
        versions.record,
        versions.as_of,
        deal_links.target_id as deal_id,
        coalesce(versions.record ->> 'hs_lead_source', contacts.record ->> 'hs_analytics_source') as origin,
        {{ hubspot_at('hs_createdate', 'versions.record') }} as created_at,
        {{ hubspot_at('hubspot_owner_assigneddate', 'versions.record') }} as assigned_at
    from versions
    left join contact_links
        on versions.source = contact_links.source and versions.id = contact_links.origin_id
    left join contacts
        on contact_links.source = contacts.source and contact_links.target_id = contacts.id
    left join deal_links on versions.source = deal_links.source and versions.id = deal_links.origin_id
)

select
    {{ record_version_columns('lead_id') }},
    record ->> 'hubspot_owner_id' as source_owner_id,
    origin,
    source || ':' || deal_id as deal_id,
    created_at,
    {{ local_day('created_at') }} as created_on,
    assigned_at,
    {{ local_day('assigned_at') }} as assigned_on
from leads
