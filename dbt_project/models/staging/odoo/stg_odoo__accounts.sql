with partners as (
    {{ landed_latest('odoo_res_partner') }}
),

industries as (
    {{ landed_latest('odoo_res_partner_industry') }}
),

countries as (
    {{ landed_latest('odoo_res_country') }}
),

users as (
    {{ landed_latest('odoo_res_users', gone=true) }}
)

-- A contact of a company is no account: the company is, and a person who belongs to none. Nor is who works in
-- Odoo.
select
    {{ latest_columns('partners', 'account_id', 'partners.id') }},
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
