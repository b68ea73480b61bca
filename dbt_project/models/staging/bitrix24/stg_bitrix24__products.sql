with products as (
    {{ landed_latest('bitrix24_crm_product') }}
)

select
    {{ latest_columns('products', 'product_id', 'products.id') }},
    products.record ->> 'NAME' as product_name,
    (products.record ->> 'PRICE')::numeric as list_price
from products
