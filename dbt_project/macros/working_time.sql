{# The working minutes from the calendar's beginning up to a moment: those of all working days up to the
   moment's, less what is still to come of its own. Between two moments lie as many as their places differ. #}

{% macro working_minutes_until(moment, days, hours) -%}
    (
        {{ days }}.working_days * {{ hours }}.day_minutes
        - case
            when {{ days }}.is_working_day then least(
                greatest(
                    extract(epoch from {{ hours }}.work_to - ({{ moment }} at time zone {{ hours }}.time_zone)::time)
                    / 60,
                    0
                ),
                {{ hours }}.day_minutes
            )
            else 0
        end
    )
{%- endmacro %}
