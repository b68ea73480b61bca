with deals as (
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
        deals.stage_kind,
        deals.amount,
        deals.currency,
        deals.deal_kind,
        deals.created_at,
        deals.created_on,
        deals.expected_close_on,
        closings.closed_at,
        closings.closed_on,
        closings.actor_id as closed_by_id,
        -- Money is valued on the day the deal closes; an open deal, or one that does not say, tonight.
        coalesce(closings.closed_on, settings.as_of) as valued_on
    from {{ ref('int_deals') }} as deals
    cross join {{ source('company', 'settings') }} as settings
    left join {{ ref('int_deal_closings') }} as closings on deals.deal_id = closings.deal_id
)

select
    deals.deal_id,
    deals.source,
    deals.deal_name,
    owners.person_id as owner_id,
    deals.source_owner_id,
    coalesce(owners.is_assumed, false) as is_owner_assumed,
    deals.account_id,
    deals.product_id,
    deals.lead_id,
    deals.stage,
    deals.stage_kind,
    deals.amount,
    deals.currency,
    plan_rates.rate as plan_rate,
    round(deals.amount * plan_rates.rate, {{ minor_unit() }}) as amount_at_plan_rate,
    round(deals.amount * actual_rates.rate, {{ minor_unit() }}) as amount_at_actual_rate,
    deals.deal_kind,
    deals.created_at,
    deals.created_on,
    deals.expected_close_on,
    deals.closed_at,
    deals.closed_on,
    deals.closed_by_id,
    replace(replace(sources.record_url, '{entity}', 'deals'), '{id}', deals.source_record_id) as record_url
from deals
left join {{ ref('int_deal_owners') }} as owners
    on deals.deal_id = owners.deal_id and owners.valid_during @> deals.valued_on
{{ join_rates('deals') }}
left join {{ source('company', 'sources') }} as sources on deals.source = sources.source
