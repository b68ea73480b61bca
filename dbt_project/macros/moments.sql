{# A moment lands as ISO text: ten characters are a local date, more are a point in time. #}

{% macro time_zone() -%}
    (select settings.time_zone from {{ source('company', 'settings') }} as settings)
{%- endmacro %}

{% macro as_of() -%}
    (select settings.as_of from {{ source('company', 'settings') }} as settings)
{%- endmacro %}

{% macro moment_at(field) -%}
    case
        when length(record ->> '{{ field }}') = 10
            then (record ->> '{{ field }}')::timestamp at time zone {{ time_zone() }}
        else (record ->> '{{ field }}')::timestamptz
    end
{%- endmacro %}

{% macro moment_on(field) -%}
    case
        when length(record ->> '{{ field }}') = 10 then (record ->> '{{ field }}')::date
        else ((record ->> '{{ field }}')::timestamptz at time zone {{ time_zone() }})::date
    end
{%- endmacro %}
