{# Odoo writes points in time as naive UTC text. #}

{% macro odoo_at(field, record='record') -%}
    (({{ record }} ->> '{{ field }}')::timestamp at time zone 'UTC')
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
