with products as (
    {{ landed_latest('odoo_product_product') }}
)

select
    {{ latest_columns('products', 'product_id', 'products.id') }},
    products.record ->> 'name' as product_name,
    (products.record ->> 'list_price')::numeric as list_price
from products
