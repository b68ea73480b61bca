select
    line_id,
    source,
    deal_id,
    product_id,
    quantity,
    list_price,
    unit_price,
    unit_cost
from {{ ref('stg_csv__lines') }}
where is_latest and not is_deleted
