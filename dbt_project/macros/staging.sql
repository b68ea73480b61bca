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
    An entity as all kinds of source stage it: one relation where the company has one kind. The models of an entity
    have the same columns in the same order. What a kind of CRM lacks is named here; where no kind that the company
    has gives the entity, the exports' model stands for it, without a row.
#}

{% macro staged(entity) -%}
    {%- set lacking = {
        'odoo': ['deal_splits', 'surveys'],
        'hubspot': ['quotes', 'invoices', 'payments', 'surveys'],
        'bitrix24': ['deal_splits', 'surveys', 'targets'],
    } -%}
    {%- set giving = [] -%}
    {%- for kind in var('source_kinds') if entity not in lacking.get(kind, []) -%}
        {%- do giving.append(kind) -%}
    {%- endfor -%}
    {%- set kinds = giving or ['csv'] -%}
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
    {%- set crms = var('source_kinds') | reject('equalto', 'csv') | list -%}
    {%- if not crms -%}
        {{ source('company', 'stages') }}
    {%- else -%}
    (
        select source, stage, stage_kind, position
        from {{ source('company', 'stages') }}
        where source in (select csv.source from {{ source('company', 'sources') }} as csv where csv.kind = 'csv')
        {%- for kind in crms %}
        union all
        select source, stage, stage_kind, position from {{ ref('stg_' ~ kind ~ '__stages') }}
        {%- endfor %}
    )
    {%- endif -%}
{%- endmacro %}

{#
    Landings by canonical entity, which of an export is what lands. Of a CRM it is the model that makes most of it; a
    night reads only what changed, but what it did not have to read can be read just as well.
#}

{% macro entity_landings(relation) -%}
    {%- if var('source_kinds') == ['csv'] -%}
        {{ source('ops', relation) }}
    {%- else -%}
    (
        select
            landed.source,
            made_of.entity,
            landed.as_of,
            greatest(landed.rows_read, landed.records_alive) as rows_read,
            landed.rows_rejected,
            landed.records_alive,
            landed.is_complete
        from {{ source('ops', relation) }} as landed
        inner join {{ source('company', 'source_entity_landings') }} as made_of
            on landed.source = made_of.source and landed.entity = made_of.landed_entity
    )
    {%- endif -%}
{%- endmacro %}
