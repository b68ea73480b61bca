with partners as (
    {{ odoo_latest('res_partner') }}
),

industries as (
    {{ odoo_latest('res_partner_industry') }}
),

countries as (
    {{ odoo_latest('res_country') }}
),

users as (
    {{ odoo_latest('res_users', gone=true) }}
)

-- A contact of a company is no account: the company is, and a person who belongs to none. Nor is who works in
-- Odoo.
select
    {{ odoo_record_columns('partners', 'account_id', 'partners.id') }},
    partners.record ->> 'name' as account_name,
    industries.record ->> 'name' as industry,
    countries.record ->> 'code' as country
from partners
left join industries
    on partners.source = industries.source and partners.record ->> 'industry_id' = industries.id
left join countries on partners.source = countries.source and partners.record ->> 'country_id' = countries.id
where
    coalesce(partners.record ->> 'commercial_partner_id', partners.id) = partners.id
    and not exists (
        select
        from users
        where users.source = partners.source and users.record ->> 'partner_id' = partners.id
    )
