with versions as (
    {{ landed_versions('odoo_crm_lead') }}
),

-- A lead that was never converted is no deal.
ever_deals as (
    select
        *,
        record ->> 'type' = 'opportunity' as is_deal,
        bool_or(record ->> 'type' = 'opportunity') over (partition by source, id) as was_deal,
        {{ odoo_is_lost('record') }} as is_lost
    from versions
),

stages as (
    {{ landed_latest('odoo_crm_stage', gone=true) }}
),

partners as (
    {{ landed_latest('odoo_res_partner', gone=true) }}
),

companies as (
    {{ landed_latest('odoo_res_company', gone=true) }}
),

currencies as (
    {{ landed_latest('odoo_res_currency', gone=true) }}
),

company_currencies as (
    select
        companies.source,
        companies.id,
        currencies.record ->> 'name' as currency
    from companies
    inner join currencies
        on companies.source = currencies.source and companies.record ->> 'currency_id' = currencies.id
),

-- A deal of no company is counted in the currency of them all, if they have the same.
common_currencies as (
    select
        source,
        min(currency) as currency
    from company_currencies
    group by source
    having count(distinct currency) = 1
),

-- Who archives a deal without losing it takes it out of the pipeline.
deals as (
    select
        versions.version_id,
        versions.source,
        versions.id,
        versions.source_modified_at,
        versions.is_deleted
        or not versions.is_deal
        or not (
            (versions.record ->> 'active')::boolean
            or versions.is_lost
            or coalesce((stages.record ->> 'is_won')::boolean, false)
        ) as is_deleted,
        versions.record,
        versions.as_of,
        case when versions.is_lost then 'Lost' else stages.record ->> 'name' end as stage,
        coalesce(partners.record ->> 'commercial_partner_id', partners.id) as partner_id,
        coalesce(company_currencies.currency, common_currencies.currency) as currency,
        coalesce(
            {{ odoo_at('date_conversion', 'versions.record') }},
            {{ odoo_at('create_date', 'versions.record') }}
        ) as created_at,
        {{ odoo_at('date_closed', 'versions.record') }} as closed_at,
        lower({{ own_field('deals', 'kind', 'versions') }}) as deal_kind
    from ever_deals as versions
    left join stages on versions.source = stages.source and versions.record ->> 'stage_id' = stages.id
    left join partners on versions.source = partners.source and versions.record ->> 'partner_id' = partners.id
    left join company_currencies
        on versions.source = company_currencies.source
        and versions.record ->> 'company_id' = company_currencies.id
    left join common_currencies on versions.source = common_currencies.source
    where versions.was_deal
)

-- Odoo knows no empty amount: 0 stands for it.
select
    {{ record_version_columns('deal_id') }},
    record ->> 'name' as deal_name,
    record ->> 'user_id' as source_owner_id,
    source || ':' || partner_id as account_id,
    null::text as product_id,
    case when record ? 'date_conversion' then source || ':' || id end as lead_id,
    stage,
    nullif((record ->> 'expected_revenue')::numeric, 0) as amount,
    currency,
    deal_kind,
    created_at,
    {{ local_day('created_at') }} as created_on,
    (record ->> 'date_deadline')::date as expected_close_on,
    closed_at,
    {{ local_day('closed_at') }} as closed_on
from deals
