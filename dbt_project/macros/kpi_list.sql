{# The KPIs of some values of composites, for an SQL `in`; where there are none, one that no KPI is. #}

{% macro kpi_list(values) -%}
    {%- for kpi_id in values | map(attribute='kpi_id') | unique | list or [''] -%}
        '{{ kpi_id }}'{{ '' if loop.last else ', ' }}
    {%- endfor -%}
{%- endmacro %}
