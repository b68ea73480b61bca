{# A parameter of the KPI's definition, so that each number stands in one place. #}

{% macro kpi_parameter(kpi_id, name) -%}
    (
        select parameters.value
        from {{ source('company', 'kpi_parameters') }} as parameters
        where parameters.kpi_id = '{{ kpi_id }}' and parameters.name = '{{ name }}'
    )
{%- endmacro %}
