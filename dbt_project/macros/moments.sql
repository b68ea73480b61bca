{# A moment lands as ISO text: ten characters are a local date, more are a point in time. #}

{% macro time_zone() -%}
    (select settings.time_zone from {{ source('company', 'settings') }} as settings)
{%- endmacro %}

{% macro as_of() -%}
    (select settings.as_of from {{ source('company', 'settings') }} as settings)
{%- endmacro %}

{% macro moment_at(text) -%}
    case
        when length({{ text }}) = 10 then {{ text }}::timestamp at time zone {{ time_zone() }}
        else {{ text }}::timestamptz
    end
{%- endmacro %}

{% macro moment_on(text) -%}
    case
        when length({{ text }}) = 10 then {{ text }}::date
        else ({{ text }}::timestamptz at time zone {{ time_zone() }})::date
    end
{%- endmacro %}
