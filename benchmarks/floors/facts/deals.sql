create table floor.deals as
with latest as (
    select distinct on (source, id) source, id, is_deleted, record
    from landed.csv_deals
    order by source, id, as_of desc, version_id desc
),

typed as (
    select
        latest.source || ':' || latest.id as deal_id,
        latest.source,
        latest.record ->> 'owner_id' as source_owner_id,
        latest.source || ':' || (latest.record ->> 'account_id') as account_id,
        latest.source || ':' || (latest.record ->> 'product_id') as product_id,
        latest.source || ':' || (latest.record ->> 'lead_id') as lead_id,
        latest.record ->> 'stage' as stage,
        (latest.record ->> 'amount')::numeric as amount,
        coalesce(latest.record ->> 'currency', settings.currency) as currency,
        latest.record ->> 'kind' as deal_kind,
        floor.moment_at(latest.record ->> 'created_at', settings.time_zone) as created_at,
        floor.moment_on(latest.record ->> 'created_at', settings.time_zone) as created_on,
        floor.moment_on(latest.record ->> 'expected_close_at', settings.time_zone) as expected_close_on,
        floor.moment_on(latest.record ->> 'closed_at', settings.time_zone) as closed_on,
        settings.currency as company_currency,
        settings.minor_unit
    from latest
    cross join company.settings
    where not latest.is_deleted
)

select
    typed.deal_id,
    owners.person_id as owner_id,
    typed.account_id,
    typed.product_id,
    typed.lead_id,
    typed.stage,
    coalesce(stages.stage_kind, 'open') as stage_kind,
    typed.amount,
    typed.currency,
    round(
        typed.amount * case when typed.currency = typed.company_currency then 1 else rates.rate end,
        typed.minor_unit
    ) as amount_at_plan_rate,
    typed.deal_kind,
    typed.created_at,
    typed.created_on,
    typed.expected_close_on,
    typed.closed_on
from typed
left join company.person_ids as owners
    on typed.source = owners.source and typed.source_owner_id = owners.source_person_id
left join company.stages on typed.source = stages.source and typed.stage = stages.stage
left join company.rates
    on typed.currency = rates.currency
    and rates.kind = 'plan'
    and typed.closed_on between rates.period_start and rates.period_end;

alter table floor.deals add primary key (deal_id);
