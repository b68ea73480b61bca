-- One row per deal and stretch of days in one stage, as the nights saw it.
{{ value_history(ref('stg_csv__deals'), 'deal_id', 'stage') }}
