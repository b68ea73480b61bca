with products as (
    {{ odoo_latest('product_product') }}
)

select
    {{ odoo_record_columns('products', 'product_id', 'products.id') }},
    products.record ->> 'name' as product_name,
    (products.record ->> 'list_price')::numeric as list_price
from products
