{# "Measurable" is tested on the open and the last closed month: the first day of the two, on a night. #}

{% macro window_start(night) -%}
    (date_trunc('month', {{ night }} + 1) - interval '1 month')::date
{%- endmacro %}
