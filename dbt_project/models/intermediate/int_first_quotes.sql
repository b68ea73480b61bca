-- One row per deal to which a quote was sent, the first one, and per quote that names no deal.
select distinct on (deal_id, case when deal_id is null then quote_id end)
    quote_id,
    deal_id,
    owner_id,
    sent_on
from {{ ref('fct_quotes') }}
order by deal_id, case when deal_id is null then quote_id end, sent_at, quote_id
