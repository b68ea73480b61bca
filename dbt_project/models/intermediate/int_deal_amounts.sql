-- One row per deal and stretch of days with one amount, as the nights saw it.
{{ value_history(staged('deals'), 'deal_id', 'amount') }}
