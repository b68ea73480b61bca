{# The md5 of a KPI model's SQL, as dbt knows it while it runs. #}

{% macro kpi_sql_md5(model) -%}
    {%- if execute -%}
        {{ local_md5(graph.nodes['model.yardstick.' ~ model].raw_code) }}
    {%- endif -%}
{%- endmacro %}
