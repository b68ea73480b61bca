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

{#
    An entity as all kinds of source stage it: one relation where the company has one kind. A kind that cannot
    give the entity has no such model. The models of an entity have the same columns in the same order.
#}

{% macro staged(entity) -%}
    {%- set kinds = var('source_kinds') -%}
    {%- if kinds | length == 1 -%}
        {{ ref('stg_' ~ kinds[0] ~ '__' ~ entity) }}
    {%- else -%}
    (
        {%- for kind in kinds %}
        select * from {{ ref('stg_' ~ kind ~ '__' ~ entity) }}
        {{- ' union all' if not loop.last }}
        {%- endfor %}
    )
    {%- endif -%}
{%- endmacro %}

{# What the stages of deals mean: company.yml says it of exports, and a CRM of its own. #}

{% macro stages() -%}
    {%- if 'odoo' not in var('source_kinds') -%}
        {{ source('company', 'stages') }}
    {%- else -%}
    (
        select source, stage, stage_kind, position
        from {{ source('company', 'stages') }}
        where source in (select csv.source from {{ source('company', 'sources') }} as csv where csv.kind = 'csv')
        union all
        select source, stage, stage_kind, position from {{ ref('stg_odoo__stages') }}
    )
    {%- endif -%}
{%- endmacro %}
