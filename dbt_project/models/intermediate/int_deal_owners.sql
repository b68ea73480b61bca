-- One row per deal and stretch of days with one owner, as the nights saw it.
{{ owner_history(staged('deals'), 'deal_id') }}
