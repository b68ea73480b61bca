{# The three people with most of what failed, among rows of `by_person` joined with `people`, and how many. #}

{% macro whose_rows(failed) -%}
    array_to_string(
        (
            array_agg(
                coalesce(people.person_name, 'unassigned') || ' ' || {{ failed }}
                order by {{ failed }} desc, by_person.person_id asc
            ) filter (where {{ failed }} > 0)
        )[:3],
        ', '
    )
{%- endmacro %}
