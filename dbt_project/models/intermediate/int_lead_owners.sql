-- One row per lead and stretch of days with one owner, as the nights saw it.
{{ owner_history(staged('leads'), 'lead_id') }}
