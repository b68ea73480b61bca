select
    account_id,
    source,
    account_name,
    industry,
    country
from {{ staged('accounts') }}
where is_latest and not is_deleted
