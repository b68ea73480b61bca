select
    account_id,
    source,
    account_name,
    industry,
    country
from {{ ref('stg_csv__accounts') }}
where is_latest and not is_deleted
