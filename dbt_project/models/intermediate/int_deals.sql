-- One row per deal that is there as known tonight, with the kind of stage that it stands in.
select
    deals.deal_id,
    deals.source,
    deals.source_record_id,
    deals.deal_name,
    deals.source_owner_id,
    deals.account_id,
    deals.product_id,
    deals.lead_id,
    deals.stage,
    coalesce(stages.stage_kind, 'open') as stage_kind,
    deals.amount,
    coalesce(deals.currency, settings.currency) as currency,
    deals.deal_kind,
    deals.created_at,
    deals.created_on,
    deals.expected_close_on,
    deals.closed_at,
    deals.closed_on
from {{ staged('deals') }} as deals
cross join {{ source('company', 'settings') }} as settings
left join {{ stages() }} as stages
    on deals.source = stages.source and deals.stage = stages.stage
where deals.is_latest and not deals.is_deleted
