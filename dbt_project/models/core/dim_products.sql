select
    product_id,
    source,
    product_name,
    list_price
from {{ ref('stg_csv__products') }}
where is_latest and not is_deleted
