with deals as (
    select
        source,
        source_record_id as id
    from {{ ref('stg_bitrix24__deals') }}
    where is_latest and not is_deleted
),

product_rows as (
    {{ landed_latest('bitrix24_crm_deal_product_rows') }}
)

-- Without tax.
select
    {{ latest_columns('product_rows', 'line_id', "(lines.line ->> 'id')") }},
    product_rows.source || ':' || product_rows.id as deal_id,
    product_rows.source || ':' || {{ bitrix24_id('productId', 'lines.line') }} as product_id,
    (lines.line ->> 'quantity')::numeric as quantity,
    (lines.line ->> 'priceNetto')::numeric as list_price,
    (lines.line ->> 'priceExclusive')::numeric as unit_price,
    null::numeric as unit_cost
from product_rows
inner join deals on product_rows.source = deals.source and product_rows.id = deals.id
cross join lateral jsonb_array_elements(product_rows.record -> 'rows') as lines (line)
