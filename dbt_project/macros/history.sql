{#
    The values that a field had, as the nights saw them: one row per record and stretch of one value.
    The first value known stands for the past and is marked as assumed, so that a blank filled in later
    heals the past too; a later one begins on the night that saw it. A value is known where `known` is not
    null: the value itself unless another column is named, which is then given beside it. Deletion ends nothing
    here: a deleted record is out of the facts anyway.
#}

{% macro value_history(versions, id_column, value_column, known=none) -%}
    {%- set columns = [id_column, value_column] + ([known] if known else []) -%}
    with nightly as (
        -- Of several changes within one night the last stands.
        select distinct on ({{ id_column }}, as_of)
            {{ columns | join(', ') }},
            as_of,
            {{ known or value_column }} is not null as is_known
        from {{ versions }}
        where not is_deleted
        order by {{ id_column }}, as_of, version_id desc
    ),

    dated as (
        select
            {{ columns | join(', ') }},
            as_of,
            min(as_of) filter (where is_known) over (partition by {{ id_column }}) as first_known_on
        from nightly
    ),

    compared as (
        select
            {{ columns | join(', ') }},
            as_of,
            lag({{ value_column }}) over nights as previous_value,
            row_number() over nights = 1 as is_first
        from dated
        where as_of >= coalesce(first_known_on, as_of)
        window nights as (partition by {{ id_column }} order by as_of)
    )

    select
        {{ columns | join(', ') }},
        daterange(
            case when is_first then null else as_of end,
            lead(as_of) over (partition by {{ id_column }} order by as_of)
        ) as valid_during,
        is_first as is_assumed
    from compared
    where is_first or {{ value_column }} is distinct from previous_value
{%- endmacro %}

{# Who owned a record when, as the nights saw it, with the person that the owner is in the company. #}

{% macro owner_history(versions, id_column) -%}
    with versions as (
        select
            versions.{{ id_column }},
            versions.source_owner_id,
            versions.as_of,
            versions.version_id,
            versions.is_deleted,
            person_ids.person_id
        from {{ versions }} as versions
        left join {{ ref('int_person_ids') }} as person_ids
            on split_part(versions.{{ id_column }}, ':', 1) = person_ids.source
            and versions.source_owner_id = person_ids.source_person_id
    ),

    owners as (
        {{ value_history('versions', id_column, 'source_owner_id', known='person_id') | indent(8) }}
    )

    select
        {{ id_column }},
        source_owner_id,
        person_id,
        valid_during,
        is_assumed
    from owners
{%- endmacro %}
