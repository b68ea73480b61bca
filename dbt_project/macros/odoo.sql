{# Every version of the records of one of Odoo's models, up to tonight. #}

{% macro odoo_versions(entity) -%}
    select
        version_id,
        source,
        id,
        source_modified_at,
        is_deleted,
        record,
        as_of
    from {{ source('landed', 'odoo_' ~ entity) }}
    where as_of <= {{ as_of() }}
{%- endmacro %}

{#
    The latest version known tonight of each record of one of Odoo's models, with the night that saw the record
    first; what is gone too, if asked for.
#}

{% macro odoo_latest(entity, gone=false) -%}
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
        from {{ source('landed', 'odoo_' ~ entity) }} as versions
        where versions.as_of <= {{ as_of() }}
        order by versions.source asc, versions.id asc, versions.as_of desc, versions.version_id desc
    ) as latest
    {%- if not gone %}
    where not is_deleted
    {%- endif %}
{%- endmacro %}

{# The columns that a staged record begins with, where the latest version is all that is asked for. #}

{% macro odoo_record_columns(relation, id_column, id) -%}
    {{ relation }}.version_id,
    {{ relation }}.source,
    {{ id }} as source_record_id,
    {{ relation }}.source || ':' || {{ id }} as {{ id_column }},
    {{ relation }}.as_of,
    {{ relation }}.is_deleted,
    {{ relation }}.source_modified_at,
    true as is_latest
{%- endmacro %}

{# Odoo writes points in time as naive UTC text. #}

{% macro odoo_at(field, record='record') -%}
    (({{ record }} ->> '{{ field }}')::timestamp at time zone 'UTC')
{%- endmacro %}

{# The day of a point in time where the company is. #}

{% macro local_day(moment) -%}
    ({{ moment }} at time zone {{ time_zone() }})::date
{%- endmacro %}

{# The value of a field that only this company's Odoo has, by the name that company.yml gives. #}

{% macro odoo_own_field(entity, field, relation) -%}
    {{ relation }}.record ->> (
        select own.name
        from {{ source('company', 'source_own_fields') }} as own
        where own.source = {{ relation }}.source and own.entity = '{{ entity }}' and own.field = '{{ field }}'
    )
{%- endmacro %}

{# Whether a crm.lead is lost: since 18 or 19 Odoo says so; before, it is archived without any chance. #}

{% macro odoo_is_lost(record) -%}
    case
        when {{ record }} ? 'won_status' then {{ record }} ->> 'won_status' = 'lost'
        else not ({{ record }} ->> 'active')::boolean and coalesce(({{ record }} ->> 'probability')::numeric, 0) = 0
    end
{%- endmacro %}

{#
    Of a record of Odoo that hangs on a crm.lead: the deal or the lead that it belongs to. One record is both, first
    a lead and, from its conversion on, a deal.
#}

{% macro odoo_deal_and_lead(lead, moment) -%}
    case
        when {{ lead }}.is_deal and coalesce({{ moment }} >= {{ lead }}.converted_at, true)
            then {{ lead }}.source || ':' || {{ lead }}.id
    end as deal_id,
    case
        when {{ lead }}.is_lead and coalesce({{ moment }} < {{ lead }}.converted_at, true)
            then {{ lead }}.source || ':' || {{ lead }}.id
    end as lead_id
{%- endmacro %}
