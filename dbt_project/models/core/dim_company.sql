select
    company_id,
    company_name,
    currency
from {{ source('company', 'settings') }}
