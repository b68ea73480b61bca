-- One row per version of a record that a night landed. A view, to be asked for few records at a time: the
-- landing's indexes find them.
{{ config(materialized='view') }}
{%- set kinds = {
    'account': ref('stg_csv__accounts'),
    'activity': ref('stg_csv__activities'),
    'deal': ref('stg_csv__deals'),
    'invoice': ref('stg_csv__invoices'),
    'lead': ref('stg_csv__leads'),
    'line': ref('stg_csv__lines'),
    'payment': ref('stg_csv__payments'),
    'quote': ref('stg_csv__quotes'),
    'survey': ref('stg_csv__surveys'),
} %}
{%- for kind, versions in kinds.items() %}
{{ 'union all' if not loop.first }}
select
    '{{ kind }}' as record_kind,
    source,
    source_record_id,
    as_of
from {{ versions }}
{%- endfor %}
