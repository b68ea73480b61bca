-- One row per version of a record that a night landed. A view, to be asked for few records at a time: the
-- landing's indexes find them.
{{ config(materialized='view') }}
{%- set kinds = {
    'account': staged('accounts'),
    'activity': staged('activities'),
    'deal': staged('deals'),
    'invoice': staged('invoices'),
    'lead': staged('leads'),
    'line': staged('lines'),
    'payment': staged('payments'),
    'quote': staged('quotes'),
    'survey': staged('surveys'),
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
