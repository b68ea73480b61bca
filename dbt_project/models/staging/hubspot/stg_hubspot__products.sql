with products as (
    {{ landed_latest('hubspot_products') }}
)

select
    {{ latest_columns('products', 'product_id', 'products.id') }},
    products.record ->> 'name' as product_name,
    {{ hubspot_number('price', 'products.record') }} as list_price
from products
