{#
    Is a month (its first day) one of the closed ones in which signs of gaming are looked for: the last, the one
    before, from which results may have been pulled forward, and two years before these to compare them with?
#}

{% macro is_lately_closed(month_start) -%}
    {{ month_start }} < date_trunc('month', {{ as_of() }} + 1)
    and {{ month_start }} >= date_trunc('month', {{ as_of() }} + 1) - interval '26 months'
{%- endmacro %}

{# Does a row of dim_nodes stand for a team, or for the company, as it is tonight? #}

{% macro is_team_of_tonight(nodes) -%}
    {{ nodes }}.node_kind in ('team', 'company')
    and {{ nodes }}.node_id <> {{ unassigned('team') }}
    and {{ as_of() }} >= {{ nodes }}.valid_from
    and coalesce({{ as_of() }} < {{ nodes }}.valid_to, true)
{%- endmacro %}
