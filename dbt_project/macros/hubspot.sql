{# HubSpot writes points in time with their zone, UTC. #}

{% macro hubspot_at(property, record='record') -%}
    ({{ record }} ->> '{{ property }}')::timestamptz
{%- endmacro %}

{# HubSpot writes numbers as text, and a property that was made for the company may hold another text one day. #}

{% macro hubspot_number(property, record='record') -%}
    case
        when pg_input_is_valid({{ record }} ->> '{{ property }}', 'numeric')
            then ({{ record }} ->> '{{ property }}')::numeric
    end
{%- endmacro %}

{#
    One target for each record that is linked to some: of several the one that HubSpot calls the primary, which has
    its own type of link, and else the one that was made first.
#}

{% macro hubspot_links(links, primary_type=0) -%}
    select distinct on (linked.source, linked.id)
        linked.source,
        linked.id as origin_id,
        link.target ->> 'id' as target_id
    from (
    {{ landed_latest('hubspot_' ~ links) }}
    ) as linked
    cross join lateral jsonb_array_elements(linked.record -> 'to') as link (target)
    order by
        linked.source,
        linked.id,
        link.target -> 'types' @> '{{ primary_type }}'::jsonb desc,
        (link.target ->> 'id')::bigint
{%- endmacro %}

{# The owners by the ids of their users, by which HubSpot says who changed something. #}

{% macro hubspot_users() -%}
    select distinct on (owners.source, users.user_id)
        owners.source,
        users.user_id,
        owners.id as owner_id
    from (
    {{ landed_latest('hubspot_owners', gone=true) }}
    ) as owners
    cross join
        lateral (
            select coalesce(owners.record ->> 'userId', owners.record ->> 'userIdIncludingInactive') as user_id
        ) as users
    where users.user_id is not null
    order by owners.source, users.user_id, owners.is_deleted, owners.id
{%- endmacro %}
