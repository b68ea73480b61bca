with orders as (
    {{ landed_latest('odoo_sale_order') }}
),

order_lines as (
    {{ landed_latest('odoo_sale_order_line') }}
),

-- Sections, notes and down payments sell nothing.
lines as (
    select *
    from order_lines
    where not record ? 'display_type' and not coalesce((record ->> 'is_downpayment')::boolean, false)
),

-- What a deal sells stands in its confirmed orders; until there is one, in its latest quotation with a line.
candidates as (
    select
        source,
        id,
        record ->> 'opportunity_id' as deal_id,
        record ->> 'state' in ('sale', 'done') as is_confirmed,
        rank() over (
            partition by source, record ->> 'opportunity_id'
            order by
                record ->> 'state' in ('sale', 'done') desc,
                case when record ->> 'state' in ('sale', 'done') then null else id::bigint end desc
        ) as place
    from orders
    where
        record ->> 'state' <> 'cancel'
        and (source, id) in (
            select
                lines.source,
                lines.record ->> 'order_id' as order_id
            from lines
        )
)

-- Without tax: the price of a unit is what the line comes to, by its quantity.
select
    {{ latest_columns('lines', 'line_id', 'lines.id') }},
    candidates.source || ':' || candidates.deal_id as deal_id,
    lines.source || ':' || (lines.record ->> 'product_id') as product_id,
    (lines.record ->> 'product_uom_qty')::numeric as quantity,
    (lines.record ->> 'price_unit')::numeric as list_price,
    trim_scale(
        coalesce(
            (lines.record ->> 'price_subtotal')::numeric
            / nullif((lines.record ->> 'product_uom_qty')::numeric, 0),
            (lines.record ->> 'price_unit')::numeric
        )
    ) as unit_price,
    ({{ own_field('lines', 'unit_cost', 'lines') }})::numeric as unit_cost
from lines
inner join candidates on lines.source = candidates.source and lines.record ->> 'order_id' = candidates.id
where candidates.place = 1
