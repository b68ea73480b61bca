{# A parameter of the definition that stands beside the KPI's SQL: one place for each number. #}

{% macro kpi_parameter(name) -%}
    {{ model.config.meta.kpi.parameters[name] if execute else 0 }}
{%- endmacro %}

