{# How many factors a product may have: as many as `yardstick check` admits. #}

{% macro most_factors() %}5{% endmacro %}

{# The product of an array of at most that many factors. #}

{% macro product_of(factors) -%}
    {%- for place in range(1, most_factors() | int + 1) -%}
        coalesce({{ factors }}[{{ place }}], 1){{ '' if loop.last else ' * ' }}
    {%- endfor -%}
{%- endmacro %}

{#
    The logarithmic mean of two positive numbers. Where they are almost the same the quotient would be of two
    rounding errors; there the arithmetic mean differs from it by less than one part in 10 to the 13.
#}

{% macro logarithmic_mean(a, b) -%}
    case
        when abs({{ a }} - {{ b }}) <= {{ b }} * 0.000001 then ({{ a }} + {{ b }}) / 2
        else ({{ a }} - {{ b }}) / ln({{ a }} / {{ b }})
    end
{%- endmacro %}

{#
    The Shapley value of the factor at `place`, for a relation with arrays of `actuals` and `plans` and their
    number `factors`: the mean, over all sets of the other factors that may be at their actuals already while the
    rest is still at plan, of what the product gains when this one goes from plan to actual, too.
    A set is a number whose bits say which factors are in it.
#}

{% macro shapley_value(relation, place) -%}
    (
        select
            sum(
                ({{ relation }}.actuals[{{ place }}] - {{ relation }}.plans[{{ place }}])
                {%- for other in range(1, most_factors() | int + 1) %}
                * case
                    when {{ other }} = {{ place }} or {{ other }} > {{ relation }}.factors then 1
                    when sets.members & {{ 2 ** (other - 1) }} > 0 then {{ relation }}.actuals[{{ other }}]
                    else {{ relation }}.plans[{{ other }}]
                end
                {%- endfor %}
                * factorial(sets.size)
                * factorial({{ relation }}.factors - sets.size - 1)
                / factorial({{ relation }}.factors)
            )
        from (
            select
                members,
                bit_count(members::bit({{ most_factors() }})) as size
            from generate_series(0, (1 << {{ relation }}.factors) - 1) as members
            where members & (1 << {{ place }} - 1) = 0
        ) as sets
    )
{%- endmacro %}
