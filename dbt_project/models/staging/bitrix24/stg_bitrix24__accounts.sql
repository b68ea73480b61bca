with companies as (
    {{ landed_latest('bitrix24_crm_company') }}
),

contacts as (
    {{ landed_latest('bitrix24_crm_contact') }}
),

statuses as (
    {{ landed_latest('bitrix24_crm_status', gone=true) }}
)

-- The seller's own companies are no accounts. Nor is a contact of a company: the company is.
select
    {{ latest_columns('companies', 'account_id', 'companies.id') }},
    companies.record ->> 'title' as account_name,
    industries.record ->> 'NAME' as industry,
    null::text as country
from companies
left join statuses as industries
    on companies.source = industries.source
    and companies.record ->> 'industry' = industries.record ->> 'STATUS_ID'
    and industries.record ->> 'ENTITY_ID' = 'INDUSTRY'
where companies.record ->> 'isMyCompany' is distinct from 'Y'
union all
select
    {{ latest_columns('contacts', 'account_id', "'contact-' || contacts.id") }},
    nullif(concat_ws(' ', contacts.record ->> 'name', contacts.record ->> 'lastName'), '') as account_name,
    null::text as industry,
    null::text as country
from contacts
where {{ bitrix24_id('companyId', 'contacts.record') }} is null
