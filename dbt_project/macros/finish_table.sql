{#
    What a table is given once it is filled: its contract's constraints, in one pass, and statistics, since later
    models are planned by what this one holds and PostgreSQL would look at it only in a minute or so.
#}

{% macro finish_table() -%}
    {%- if config.get('materialized') != 'view' -%}
        {%- for constraint in constraints_of(model) %}
        {{ 'alter table ' ~ this if loop.first }} {{ constraint }}{{ ';' if loop.last else ',' }}
        {%- endfor %}
        analyze {{ this }}
    {%- endif -%}
{%- endmacro %}

{# The constraints of a model's contract, as ALTER TABLE wants them. #}

{% macro constraints_of(model) -%}
    {%- set constraints = [] -%}
    {%- for column in model['columns'].values() if model['config']['contract']['enforced'] -%}
        {%- for constraint in column['constraints'] -%}
            {%- if constraint['type'] == 'not_null' -%}
                {%- do constraints.append('alter column ' ~ column['name'] ~ ' set not null') -%}
            {%- else -%}
                {%- do constraints.append('add check (' ~ constraint['expression'] ~ ')') -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for constraint in adapter.render_raw_model_constraints(raw_constraints=model['constraints']) -%}
        {%- do constraints.append('add ' ~ constraint) -%}
    {%- endfor -%}
    {{ return(constraints) }}
{%- endmacro %}
