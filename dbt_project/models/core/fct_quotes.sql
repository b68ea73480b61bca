with quotes as (
    select
        quotes.quote_id,
        quotes.source,
        quotes.deal_id,
        quotes.source_owner_id,
        quotes.amount,
        coalesce(quotes.currency, settings.currency) as currency,
        quotes.sent_at,
        quotes.sent_on,
        coalesce(quotes.sent_on, settings.as_of) as valued_on
    from {{ staged('quotes') }} as quotes
    cross join {{ source('company', 'settings') }} as settings
    where quotes.is_latest and not quotes.is_deleted
)

-- A quote that does not say whose it is belongs to its deal's owner.
select
    quotes.quote_id,
    quotes.source,
    quotes.deal_id,
    case when quotes.source_owner_id is null then deal_owners.person_id else owners.person_id end as owner_id,
    coalesce(quotes.source_owner_id, deal_owners.source_owner_id) as source_owner_id,
    quotes.amount,
    quotes.currency,
    round(quotes.amount * plan_rates.rate, {{ minor_unit() }}) as amount_at_plan_rate,
    round(quotes.amount * actual_rates.rate, {{ minor_unit() }}) as amount_at_actual_rate,
    quotes.sent_at,
    quotes.sent_on
from quotes
left join {{ ref('int_person_ids') }} as owners
    on quotes.source = owners.source and quotes.source_owner_id = owners.source_person_id
left join {{ ref('int_deal_owners') }} as deal_owners
    on quotes.deal_id = deal_owners.deal_id and deal_owners.valid_during @> quotes.valued_on
{{ join_rates('quotes') }}
