{# The working seconds from the calendar's beginning up to a moment: those of all working days up to the
   moment's, less what is still to come of its own. Between two moments lie as many as their places differ.
   Double precision is quick, and whole seconds are exact in it. #}

{% macro working_seconds_until(moment, days, hours) -%}
    (
        {{ days }}.working_days * {{ hours }}.day_seconds
        - case
            when {{ days }}.is_working_day then least(
                greatest(
                    date_part(
                        'epoch', {{ hours }}.work_to - ({{ moment }} at time zone {{ hours }}.time_zone)::time
                    ),
                    0
                ),
                {{ hours }}.day_seconds
            )
            else 0
        end
    )
{%- endmacro %}
