select
    product_id,
    source,
    product_name,
    list_price
from {{ staged('products') }}
where is_latest and not is_deleted
