-- One row per deal and stretch of days with one amount, as the nights saw it.
{{ value_history(ref('stg_csv__deals'), 'deal_id', 'amount') }}
