{# The history of scorecards; on a company's first night nothing has been reported, and there is none. #}

{% macro reported_scorecards() -%}
    {%- set history = source('history', 'scorecard_history') -%}
    {%- if execute and load_relation(history) is not none -%}
        {{ history }}
    {%- else -%}
        (
            select
                null::text as kpi_id,
                null::text as node_kind,
                null::text as node_id,
                null::text as period_kind,
                null::date as period_start,
                null::numeric as actual,
                null::date as reported_as_of
            where false
        )
    {%- endif -%}
{%- endmacro %}
