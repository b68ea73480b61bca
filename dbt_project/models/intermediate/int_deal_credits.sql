-- One row per deal and person who is credited with it: those who share it where its splits sum to 1, else
-- its owner alone. What cannot be told of a split deal's people is one row without a person.
with shares as (
    select
        deal_id,
        person_id,
        -- Given shares may miss 1 by a rounding; these do not.
        sum(share) / sum(sum(share)) over (partition by deal_id) as share
    from {{ ref('fct_deal_splits') }}
    where is_credited and share > 0
    group by deal_id, person_id
),

credits as (
    select
        deals.deal_id,
        case when shares.deal_id is null then deals.owner_id else shares.person_id end as person_id,
        coalesce(shares.share, 1) as share,
        shares.deal_id is not null as is_split,
        deals.amount_at_plan_rate
    from {{ ref('fct_deals') }} as deals
    left join shares on deals.deal_id = shares.deal_id
)

select
    deal_id || case when is_split then '#' || coalesce(person_id, {{ unassigned('person') }}) else '' end
        as credit_id,
    deal_id,
    person_id,
    share,
    {{ largest_remainder('amount_at_plan_rate', 'share', 'deal_id', 'person_id') }} as amount_at_plan_rate,
    is_split
from credits
