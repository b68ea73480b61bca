with line_items as (
    {{ landed_latest('hubspot_line_items') }}
),

deal_links as (
    {{ hubspot_links('line_items_deals') }}
)

-- A line of no deal belongs to a quote, which has copies of its deal's lines. The amount is what all units
-- come to, less what is discounted.
select
    {{ latest_columns('line_items', 'line_id', 'line_items.id') }},
    deal_links.source || ':' || deal_links.target_id as deal_id,
    line_items.source || ':' || (line_items.record ->> 'hs_product_id') as product_id,
    {{ hubspot_number('quantity', 'line_items.record') }} as quantity,
    {{ hubspot_number('price', 'line_items.record') }} as list_price,
    trim_scale(
        coalesce(
            {{ hubspot_number('amount', 'line_items.record') }}
            / nullif({{ hubspot_number('quantity', 'line_items.record') }}, 0),
            {{ hubspot_number('price', 'line_items.record') }}
        )
    ) as unit_price,
    {{ hubspot_number('hs_cost_of_goods_sold', 'line_items.record') }} as unit_cost
from line_items
inner join deal_links on line_items.source = deal_links.source and line_items.id = deal_links.origin_id
