{# Where rows go that no one owns: a person in a team in a region, all unassigned. #}

{% macro unassigned(node_kind) -%}
    {{ {'person': "'unassigned'", 'team': "'unassigned-team'", 'region': "'unassigned-region'"}[node_kind] }}
{%- endmacro %}

{# The first day of the calendar stands for "always" where the beginning is not known. #}

{% macro first_day() -%}
    (select min(days.date_on) from {{ source('company', 'calendar') }} as days)
{%- endmacro %}
