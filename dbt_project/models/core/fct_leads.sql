with leads as (
    select
        lead_id,
        source,
        origin,
        deal_id,
        created_at,
        created_on,
        coalesce(assigned_at, created_at) as assigned_at,
        coalesce(assigned_on, created_on) as assigned_on
    from {{ staged('leads') }}
    where is_latest and not is_deleted
),

-- Either side may name the other; the first deal that came of a lead counts.
named as (
    select
        leads.lead_id,
        deals.deal_id,
        deals.created_on
    from leads
    inner join {{ ref('fct_deals') }} as deals on leads.deal_id = deals.deal_id
    union all
    select
        deals.lead_id,
        deals.deal_id,
        deals.created_on
    from {{ ref('fct_deals') }} as deals
    where deals.lead_id is not null
),

deals as (
    select distinct on (lead_id)
        lead_id,
        deal_id,
        created_on
    from named
    order by lead_id, created_on, deal_id
)

select
    leads.lead_id,
    leads.source,
    owners.person_id as owner_id,
    owners.source_owner_id,
    leads.origin,
    leads.created_at,
    leads.created_on,
    leads.assigned_at,
    leads.assigned_on,
    deals.deal_id,
    deals.created_on as converted_on
from leads
left join {{ ref('int_lead_owners') }} as owners
    on leads.lead_id = owners.lead_id
    and owners.valid_during @> coalesce(leads.assigned_on, {{ as_of() }})
left join deals on leads.lead_id = deals.lead_id
