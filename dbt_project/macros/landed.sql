{# Every version of the records that landed in a view of schema landed, up to tonight. #}

{% macro landed_versions(view) -%}
    select
        version_id,
        source,
        id,
        source_modified_at,
        is_deleted,
        record,
        as_of
    from {{ source('landed', view) }}
    where as_of <= {{ as_of() }}
{%- endmacro %}

{#
    The latest version known tonight of each record of a view of schema landed, with the night that saw it
    first; what is gone too, if asked for.
#}

{% macro landed_latest(view, gone=false) -%}
    select
        version_id,
        source,
        id,
        source_modified_at,
        is_deleted,
        record,
        as_of
    from (
        select distinct on (versions.source, versions.id)
            versions.version_id,
            versions.source,
            versions.id,
            versions.source_modified_at,
            versions.is_deleted,
            versions.record,
            min(versions.as_of) over (partition by versions.source, versions.id) as as_of
        from {{ source('landed', view) }} as versions
        where versions.as_of <= {{ as_of() }}
        order by versions.source asc, versions.id asc, versions.as_of desc, versions.version_id desc
    ) as latest
    {%- if not gone %}
    where not is_deleted
    {%- endif %}
{%- endmacro %}

{# The columns that a staged record begins with, where the latest version is all that is asked for. #}

{% macro latest_columns(relation, id_column, id) -%}
    {{ relation }}.version_id,
    {{ relation }}.source,
    {{ id }} as source_record_id,
    {{ relation }}.source || ':' || {{ id }} as {{ id_column }},
    {{ relation }}.as_of,
    {{ relation }}.is_deleted,
    {{ relation }}.source_modified_at,
    true as is_latest
{%- endmacro %}

{# The day of a point in time where the company is. #}

{% macro local_day(moment) -%}
    ({{ moment }} at time zone {{ time_zone() }})::date
{%- endmacro %}

{# The value of a field that only this company's CRM has, by the name that company.yml gives. #}

{% macro own_field(entity, field, relation) -%}
    {{ relation }}.record ->> (
        select own.name
        from {{ source('company', 'source_own_fields') }} as own
        where own.source = {{ relation }}.source and own.entity = '{{ entity }}' and own.field = '{{ field }}'
    )
{%- endmacro %}
