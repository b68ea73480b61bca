with matchings as (
    {{ landed_latest('odoo_account_partial_reconcile') }}
),

receivables as (
    {{ landed_latest('odoo_account_move_line') }}
),

invoices as (
    {{ landed_latest('odoo_account_move') }}
),

currencies as (
    {{ landed_latest('odoo_res_currency', gone=true) }}
)

-- A payment pays what it is matched with, on its own day. What a credit note clears is no payment.
select
    {{ latest_columns('matchings', 'payment_id', 'matchings.id') }},
    invoices.source || ':' || invoices.id as invoice_id,
    null::text as deal_id,
    (matchings.record ->> 'debit_amount_currency')::numeric as amount,
    currencies.record ->> 'name' as currency,
    (payments.record ->> 'date')::timestamp at time zone {{ time_zone() }} as paid_at,
    (payments.record ->> 'date')::date as paid_on
from matchings
inner join receivables as bills
    on matchings.source = bills.source and matchings.record ->> 'debit_move_id' = bills.id
inner join invoices on bills.source = invoices.source and bills.record ->> 'move_id' = invoices.id
inner join receivables as payments
    on matchings.source = payments.source and matchings.record ->> 'credit_move_id' = payments.id
left join invoices as credit_notes
    on payments.source = credit_notes.source and payments.record ->> 'move_id' = credit_notes.id
left join currencies
    on matchings.source = currencies.source and matchings.record ->> 'debit_currency_id' = currencies.id
where credit_notes.id is null
