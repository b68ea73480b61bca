with surveys as (
    select
        surveys.survey_id,
        surveys.source,
        coalesce(surveys.account_id, deals.account_id) as account_id,
        surveys.deal_id,
        surveys.source_owner_id,
        surveys.score,
        surveys.answered_on
    from {{ staged('surveys') }} as surveys
    left join {{ ref('int_deals') }} as deals on surveys.deal_id = deals.deal_id
    where surveys.is_latest and not surveys.is_deleted
)

-- An answer that does not say whose customer gave it is the deal's owner's.
select
    surveys.survey_id,
    surveys.source,
    surveys.account_id,
    surveys.deal_id,
    case when surveys.source_owner_id is null then deal_owners.person_id else owners.person_id end
        as owner_id,
    coalesce(surveys.source_owner_id, deal_owners.source_owner_id) as source_owner_id,
    surveys.score,
    surveys.answered_on
from surveys
left join {{ ref('int_person_ids') }} as owners
    on surveys.source = owners.source and surveys.source_owner_id = owners.source_person_id
left join {{ ref('int_deal_owners') }} as deal_owners
    on surveys.deal_id = deal_owners.deal_id
    and deal_owners.valid_during @> coalesce(surveys.answered_on, {{ as_of() }})
