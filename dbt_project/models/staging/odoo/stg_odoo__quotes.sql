with orders as (
    {{ landed_latest('odoo_sale_order') }}
),

currencies as (
    {{ landed_latest('odoo_res_currency', gone=true) }}
),

-- The first change of its state sends a quotation; one that was made in another state tells no change.
sendings as (
    select
        source,
        record_id,
        min(changed_at) as sent_at
    from {{ ref('stg_odoo__changes') }}
    where model = 'sale.order' and field = 'state'
    group by source, record_id
),

quotes as (
    select
        orders.version_id,
        orders.source,
        orders.id,
        orders.source_modified_at,
        orders.is_deleted,
        orders.record,
        orders.as_of,
        currencies.record ->> 'name' as currency,
        coalesce(sendings.sent_at, {{ odoo_at('date_order', 'orders.record') }}) as sent_at
    from orders
    left join currencies
        on orders.source = currencies.source and orders.record ->> 'currency_id' = currencies.id
    left join sendings on orders.source = sendings.source and orders.id = sendings.record_id
    where orders.record ->> 'state' in ('sent', 'sale', 'done')
)

select
    {{ latest_columns('quotes', 'quote_id', 'quotes.id') }},
    source || ':' || (record ->> 'opportunity_id') as deal_id,
    record ->> 'user_id' as source_owner_id,
    (record ->> 'amount_untaxed')::numeric as amount,
    currency,
    sent_at,
    {{ local_day('sent_at') }} as sent_on
from quotes
