-- One row per deal and stretch of days with one owner, while it is open: from its creation until it closes.
with deals as (
    select
        deal_id,
        case
            when closed_on < created_on then 'empty'::daterange
            when created_on is not null then daterange(created_on, closed_on)
        end as open_during
    from {{ ref('fct_deals') }}
    -- A closed deal without its closing date would stay open for ever.
    where stage_kind = 'open' or closed_on is not null
)

select
    deals.deal_id || coalesce('#' || lower(owners.valid_during)::text, '') as stretch_id,
    deals.deal_id,
    owners.person_id,
    deals.open_during * owners.valid_during as open_during
from deals
inner join {{ ref('int_deal_owners') }} as owners on deals.deal_id = owners.deal_id
where coalesce(not isempty(deals.open_during * owners.valid_during), true)
