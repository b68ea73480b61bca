select
    survey_id as event_id,
    'survey' as record_kind,
    survey_id as record_id,
    owner_id as person_id,
    owner_id as actor_id,
    answered_on as event_on,
    null::date as until_on,
    case
        when score >= 9 then 1
        when score <= 6 then -1
        when score is not null then 0
    end::numeric as numerator,
    1::numeric as denominator
from {{ ref('fct_surveys') }}
