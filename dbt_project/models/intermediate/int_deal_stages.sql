-- One row per deal and stretch of days in one stage, as the nights saw it.
{{ value_history(staged('deals'), 'deal_id', 'stage') }}
