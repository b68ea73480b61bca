-- One row per deal and stretch of days with one owner, as the nights saw it.
{{ owner_history(ref('stg_csv__deals'), 'deal_id') }}
