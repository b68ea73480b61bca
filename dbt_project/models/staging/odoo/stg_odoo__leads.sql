with versions as (
    {{ landed_versions('odoo_crm_lead') }}
),

sources as (
    {{ landed_latest('odoo_utm_source', gone=true) }}
),

-- A record begins as a lead and becomes a deal under the same id. One that began as a deal was never a lead.
leads as (
    select
        versions.version_id,
        versions.source,
        versions.id,
        versions.source_modified_at,
        versions.is_deleted,
        versions.record,
        versions.as_of,
        sources.record ->> 'name' as origin,
        {{ odoo_at('create_date', 'versions.record') }} as created_at,
        {{ odoo_at('date_open', 'versions.record') }} as assigned_at
    from versions
    left join sources on versions.source = sources.source and versions.record ->> 'source_id' = sources.id
    where versions.record ->> 'type' = 'lead' or versions.record ? 'date_conversion'
)

select
    {{ record_version_columns('lead_id') }},
    record ->> 'user_id' as source_owner_id,
    origin,
    case when record ->> 'type' = 'opportunity' then source || ':' || id end as deal_id,
    created_at,
    {{ local_day('created_at') }} as created_on,
    assigned_at,
    {{ local_day('assigned_at') }} as assigned_on
from leads
