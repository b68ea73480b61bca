{# The columns that every staged record version begins with; the latest version known tonight is marked. #}

{% macro record_version_columns(id_column) -%}
    version_id,
    source,
    id as source_record_id,
    source || ':' || id as {{ id_column }},
    as_of,
    is_deleted,
    source_modified_at,
    row_number() over (partition by source, id order by as_of desc, version_id desc) = 1 as is_latest
{%- endmacro %}

{# An id of the same source, made unique over all sources. #}

{% macro foreign_id(field) -%}
    source || ':' || (record ->> '{{ field }}')
{%- endmacro %}
