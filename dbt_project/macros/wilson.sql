{#
    One bound of the one-sided Wilson score interval of a share of `passed` in `n`, at 95 % unless another
    quantile z is given; with nothing counted, anything from 0 to 1 may be true. Wilson, E. B. (1927), JASA 22.
#}

{% macro wilson_bound(passed, n, side, z=1.6448536269514722) -%}
    {%- set z_squared = z * z -%}
    {%- set sign = '-' if side == 'lower' else '+' -%}
    case
        when {{ n }} = 0 then {{ 0 if side == 'lower' else 1 }}
        else (
            (
                {{ passed }}::numeric / {{ n }} + {{ z_squared }} / (2 * {{ n }})
                {{ sign }} {{ z }} * sqrt(
                    ({{ passed }}::numeric / {{ n }}) * (1 - {{ passed }}::numeric / {{ n }}) / {{ n }}
                    + {{ z_squared }} / (4 * {{ n }}::numeric * {{ n }})
                )
            ) / (1 + {{ z_squared }} / {{ n }})
        )
    end
{%- endmacro %}

{# Of n that were tested the share that did not fail, null where there are none, and its bounds. #}

{% macro share_that_passed() -%}
    ((n - failed)::numeric / nullif(n, 0))::numeric(38, 12) as estimate,
    {{ wilson_bound('(n - failed)', 'n', 'lower') }}::numeric(38, 12) as lower,
    {{ wilson_bound('(n - failed)', 'n', 'upper') }}::numeric(38, 12) as upper
{%- endmacro %}
