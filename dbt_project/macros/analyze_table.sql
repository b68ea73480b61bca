{# Later models are planned by what this one holds; PostgreSQL would look at it only in a minute or so. #}

{% macro analyze_table() -%}
    {% if config.get('materialized') != 'view' %}analyze {{ this }}{% endif %}
{%- endmacro %}
