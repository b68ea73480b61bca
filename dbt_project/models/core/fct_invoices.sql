with invoices as (
    select
        invoices.invoice_id,
        invoices.source,
        invoices.deal_id,
        coalesce(invoices.account_id, deals.account_id) as account_id,
        invoices.amount,
        coalesce(invoices.currency, settings.currency) as currency,
        invoices.issued_on,
        invoices.due_on,
        coalesce(invoices.issued_on, settings.as_of) as valued_on
    from {{ staged('invoices') }} as invoices
    cross join {{ source('company', 'settings') }} as settings
    left join {{ ref('int_deals') }} as deals on invoices.deal_id = deals.deal_id
    where invoices.is_latest and not invoices.is_deleted
)

select
    invoices.invoice_id,
    invoices.source,
    invoices.deal_id,
    invoices.account_id,
    owners.person_id as owner_id,
    invoices.amount,
    invoices.currency,
    plan_rates.rate as plan_rate,
    round(invoices.amount * plan_rates.rate, {{ minor_unit() }}) as amount_at_plan_rate,
    round(invoices.amount * actual_rates.rate, {{ minor_unit() }}) as amount_at_actual_rate,
    invoices.issued_on,
    invoices.due_on
from invoices
left join {{ ref('int_deal_owners') }} as owners
    on invoices.deal_id = owners.deal_id and owners.valid_during @> invoices.valued_on
{{ join_rates('invoices') }}
