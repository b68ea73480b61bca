{#
    How far a value has come to its target, in the KPI's direction; null where there is nothing to reach.
    A band is reached inside it. Below, attainment is the value's share of the lower bound; above, the upper
    bound's share of the value: half of the one and twice the other are both 0.5.
#}

{% macro attainment(actual, target) -%}
    case
        when direction = 'band'
            then case
                when {{ actual }} < band_from then greatest({{ actual }} / band_from, 0)
                when {{ actual }} > band_to then band_to / {{ actual }}
                when {{ actual }} is not null then 1
            end
        when direction = 'up' then {{ actual }} / nullif({{ target }}, 0)
        -- greatest() alone would turn an unknown into 0.
        when {{ actual }} is not null and {{ target }} <> 0
            then greatest(2 - {{ actual }} / {{ target }}, 0)
    end::numeric(38, 12)
{%- endmacro %}

{#
    Is a value at its mark, or better? With a factor: at that share of it; mirrored where less is better.
    No value is better than one inside the band, nor almost inside it.
#}

{% macro is_reached(actual, mark, factor=1) -%}
    case
        when direction = 'band'
            then {{ 'false' if factor > 1 else actual ~ ' between band_from and band_to' }}
        when direction = 'up' then {{ actual }} >= {{ mark }} * {{ factor }}
        else {{ actual }} <= {{ mark }} * {{ 2 - factor }}
    end
{%- endmacro %}

{# An attainment as a weighted score counts it: not below 0, not above the cap; null where there is none. #}

{% macro capped(attainment, cap) -%}
    -- greatest() and least() would turn an unknown into a bound.
    case when {{ attainment }} is not null then least(greatest({{ attainment }}, 0), {{ cap }}) end
{%- endmacro %}
