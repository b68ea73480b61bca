{# Bitrix24 writes points in time with the portal's offset. #}

{% macro bitrix24_at(field, record='record') -%}
    ({{ record }} ->> '{{ field }}')::timestamptz
{%- endmacro %}

{# It writes a day as its midnight in the portal: the day itself is what was meant. #}

{% macro bitrix24_on(field, record='record') -%}
    left({{ record }} ->> '{{ field }}', 10)::date
{%- endmacro %}

{# An id that a field holds; 0 stands for none. #}

{% macro bitrix24_id(field, record='record') -%}
    nullif({{ record }} ->> '{{ field }}', '0')
{%- endmacro %}

{# The account of a record: its company, or its contact where it has none. #}

{% macro bitrix24_account(record, contacts) -%}
    coalesce(
        {{ bitrix24_id('companyId', record) }},
        {{ bitrix24_id('companyId', contacts ~ '.record') }},
        'contact-' || {{ bitrix24_id('contactId', record) }}
    )
{%- endmacro %}
