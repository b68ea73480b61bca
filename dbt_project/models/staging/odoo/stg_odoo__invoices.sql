with invoices as (
    {{ landed_latest('odoo_account_move') }}
),

invoice_lines as (
    {{ landed_latest('odoo_account_move_line') }}
),

order_lines as (
    {{ landed_latest('odoo_sale_order_line') }}
),

orders as (
    {{ landed_latest('odoo_sale_order') }}
),

currencies as (
    {{ landed_latest('odoo_res_currency', gone=true) }}
),

-- An invoice belongs to the deal of the first order line that it bills.
deals as (
    select distinct on (invoice_lines.source, invoice_lines.record ->> 'move_id')
        invoice_lines.source,
        invoice_lines.record ->> 'move_id' as invoice_id,
        orders.record ->> 'opportunity_id' as deal_id
    from invoice_lines
    cross join lateral jsonb_array_elements_text(invoice_lines.record -> 'sale_line_ids') as billed (line_id)
    inner join order_lines on invoice_lines.source = order_lines.source and billed.line_id = order_lines.id
    inner join orders
        on order_lines.source = orders.source and order_lines.record ->> 'order_id' = orders.id
    order by invoice_lines.source, invoice_lines.record ->> 'move_id', invoice_lines.id::bigint
)

-- With tax: what the customer owes. A credit note takes away.
select
    {{ latest_columns('invoices', 'invoice_id', 'invoices.id') }},
    deals.source || ':' || deals.deal_id as deal_id,
    invoices.source || ':' || (invoices.record ->> 'commercial_partner_id') as account_id,
    case when invoices.record ->> 'move_type' = 'out_refund' then -1 else 1 end
    * (invoices.record ->> 'amount_total')::numeric as amount,
    currencies.record ->> 'name' as currency,
    (invoices.record ->> 'invoice_date')::timestamp at time zone {{ time_zone() }} as issued_at,
    (invoices.record ->> 'invoice_date')::date as issued_on,
    (invoices.record ->> 'invoice_date_due')::timestamp at time zone {{ time_zone() }} as due_at,
    (invoices.record ->> 'invoice_date_due')::date as due_on
from invoices
left join deals on invoices.source = deals.source and invoices.id = deals.invoice_id
left join currencies
    on invoices.source = currencies.source and invoices.record ->> 'currency_id' = currencies.id
