with companies as (
    {{ landed_latest('hubspot_companies') }}
)

select
    {{ latest_columns('companies', 'account_id', 'companies.id') }},
    companies.record ->> 'name' as account_name,
    companies.record ->> 'industry' as industry,
    companies.record ->> 'country' as country
from companies
