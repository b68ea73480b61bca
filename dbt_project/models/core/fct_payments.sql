with payments as (
    select
        payments.payment_id,
        payments.source,
        payments.invoice_id,
        coalesce(payments.deal_id, invoices.deal_id) as deal_id,
        invoices.account_id as invoiced_account_id,
        payments.amount,
        coalesce(payments.currency, settings.currency) as currency,
        payments.paid_on,
        coalesce(payments.paid_on, settings.as_of) as valued_on
    from {{ staged('payments') }} as payments
    cross join {{ source('company', 'settings') }} as settings
    left join {{ ref('fct_invoices') }} as invoices on payments.invoice_id = invoices.invoice_id
    where payments.is_latest and not payments.is_deleted
)

select
    payments.payment_id,
    payments.source,
    payments.invoice_id,
    payments.deal_id,
    coalesce(payments.invoiced_account_id, deals.account_id) as account_id,
    owners.person_id as owner_id,
    payments.amount,
    payments.currency,
    round(payments.amount * plan_rates.rate, {{ minor_unit() }}) as amount_at_plan_rate,
    round(payments.amount * actual_rates.rate, {{ minor_unit() }}) as amount_at_actual_rate,
    payments.paid_on
from payments
left join {{ ref('int_deals') }} as deals on payments.deal_id = deals.deal_id
left join {{ ref('int_deal_owners') }} as owners
    on payments.deal_id = owners.deal_id and owners.valid_during @> payments.valued_on
{{ join_rates('payments') }}
