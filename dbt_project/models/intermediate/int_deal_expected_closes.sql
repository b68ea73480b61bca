-- One row per deal and stretch of days with one expected day of closing, as the nights saw it.
{{ value_history(staged('deals'), 'deal_id', 'expected_close_on') }}
