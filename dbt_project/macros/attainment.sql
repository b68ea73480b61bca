{# How far a value has come to its target, in the KPI's direction; null where there is nothing to reach. #}

{% macro attainment(actual, target) -%}
    case
        when direction = 'up' then {{ actual }} / nullif({{ target }}, 0)
        -- greatest() alone would turn an unknown into 0.
        when {{ actual }} is not null and {{ target }} <> 0
            then greatest(2 - {{ actual }} / {{ target }}, 0)
    end::numeric(38, 12)
{%- endmacro %}

{# Is a value at its mark, or better? With a factor: at that share of it; mirrored where less is better. #}

{% macro is_reached(actual, mark, factor=1) -%}
    case
        when direction = 'up' then {{ actual }} >= {{ mark }} * {{ factor }}
        else {{ actual }} <= {{ mark }} * {{ 2 - factor }}
    end
{%- endmacro %}
