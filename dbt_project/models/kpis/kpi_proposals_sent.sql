-- However often a quote is revised, its deal counts once, when the first one was sent.
select
    quote_id as event_id,
    'quote' as record_kind,
    quote_id as record_id,
    owner_id as person_id,
    owner_id as actor_id,
    sent_on as event_on,
    null::date as until_on,
    1::numeric as numerator,
    null::numeric as denominator
from {{ ref('int_first_quotes') }}
