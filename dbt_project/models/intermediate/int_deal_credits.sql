-- One row per deal and person who is credited with it: those who share it where its splits sum to 1, else
-- its owner alone. What cannot be told of a split deal's people is one row without a person.
with given as (
    select
        deal_id,
        person_id,
        -- Given shares may miss 1 by a rounding.
        sum(share) / sum(sum(share)) over (partition by deal_id) as share
    from {{ ref('fct_deal_splits') }}
    where is_credited and share > 0
    group by deal_id, person_id
),

shares as (
    select
        deal_id,
        person_id,
        share,
        -- Thirds of a deal are no decimals: what they miss of 1 goes to the largest share.
        share
        + case
            when row_number() over (partition by deal_id order by share desc, person_id asc) = 1
                then 1 - sum(share) over (partition by deal_id)
            else 0
        end as deal_part
    from given
),

credits as not materialized (
    select
        deals.deal_id,
        case when shares.deal_id is null then deals.owner_id else shares.person_id end as person_id,
        coalesce(shares.share, 1) as share,
        coalesce(shares.deal_part, 1) as deal_part,
        shares.deal_id is not null as is_split,
        deals.amount_at_plan_rate,
        deals.stage_kind,
        deals.deal_kind,
        deals.account_id,
        coalesce(deals.closed_by_id, deals.owner_id) as actor_id,
        deals.closed_on
    from {{ ref('fct_deals') }} as deals
    left join shares on deals.deal_id = shares.deal_id
)

{{
    credited_amounts(
        'credits',
        whole='deal_id',
        columns=[
            'deal_id',
            'person_id',
            'share',
            'deal_part',
            'is_split',
            'stage_kind',
            'deal_kind',
            'account_id',
            'actor_id',
            'closed_on',
        ],
        amounts=['amount_at_plan_rate']
    )
}}
