{#
    dbt's own way creates a table under contract with its key and fills it row by row through the index, and
    PostgreSQL plans no query in parallel whose rows are inserted. Filled by its query, and given its
    constraints afterwards (see finish_table), a table of a million rows costs half of that.
#}

{% macro postgres__create_table_as(temporary, relation, sql) -%}
    {%- if config.get('contract').enforced and not temporary %}
        {{ get_assert_columns_equivalent(sql) }}
        create table {{ relation }} as (
            select
                {%- for column in model['columns'].values() %}
                {{ column['name'] }}::{{ column['data_type'] }} as {{ column['name'] }}{{ '' if loop.last else ',' }}
                {%- endfor %}
            from ({{ sql }}) as contracted
        );
    {%- else %}
        create {{ 'temporary' if temporary }} table {{ relation }} as ({{ sql }});
    {%- endif %}
{%- endmacro %}
