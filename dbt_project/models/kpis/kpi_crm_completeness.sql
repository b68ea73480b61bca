-- The fields that the card of an open deal must have in its stage, and how many of them are filled tonight. A
-- field that no source gives is asked of nobody. Where no stage is known, as before the first night of a
-- source without stage history, only what the first one asks is asked.
with required as (
    select
        stages.source,
        stages.stage,
        stages.position = 1 as is_first,
        array_agg(fields.field) as fields
    from {{ stages() }} as stages
    inner join {{ ref('required_deal_fields') }} as fields on stages.position >= fields.from_position
    where
        stages.stage_kind = 'open'
        and fields.field in (
            select given.field
            from {{ source('company', 'source_fields') }} as given
            where given.entity = 'deals'
        )
    group by stages.source, stages.stage, stages.position
)

select
    stages.stretch_id || coalesce('#' || lower(stages.open_during)::text, '') as event_id,
    'deal' as record_kind,
    stages.deal_id as record_id,
    stages.person_id,
    stages.person_id as actor_id,
    lower(stages.open_during) as event_on,
    upper(stages.open_during) as until_on,
    num_nonnulls(
        case when 'owner_id' = any(required.fields) then deals.source_owner_id end,
        case when 'account_id' = any(required.fields) then deals.account_id end,
        case when 'amount' = any(required.fields) then deals.amount end,
        case when 'expected_close_at' = any(required.fields) then deals.expected_close_on end,
        case when 'product_id' = any(required.fields) then deals.product_id end
    )::numeric as numerator,
    cardinality(required.fields)::numeric as denominator
from {{ ref('int_open_deal_stages') }} as stages
inner join {{ ref('fct_deals') }} as deals on stages.deal_id = deals.deal_id
left join required
    on deals.source = required.source
    and case when stages.stage is null then required.is_first else stages.stage = required.stage end
