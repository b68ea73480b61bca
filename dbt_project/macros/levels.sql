{#
    Every level that a row of `relation` counts at: the person, the team of the day, its region, the company.
    To be joined laterally as nodes (node_kind, node_id).
#}

{% macro levels(relation) -%}
    lateral (
        values
        ('person', {{ relation }}.person_id),
        ('team', {{ relation }}.team_id),
        ('region', {{ relation }}.region_id),
        ('company', {{ relation }}.company_id)
    )
{%- endmacro %}

{# Every period that a day of dim_dates lies in, to be joined laterally as periods (period_kind, period_start). #}

{% macro periods_of(dates) -%}
    lateral (
        values
        ('week', {{ dates }}.week_start),
        ('month', {{ dates }}.month_start),
        ('quarter', {{ dates }}.quarter_start),
        ('year', {{ dates }}.year_start)
    )
{%- endmacro %}
