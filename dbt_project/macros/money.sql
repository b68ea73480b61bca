{# Decimals of the company's currency: amounts in it are rounded to these, row by row. #}

{% macro minor_unit() -%}
    (select settings.minor_unit from {{ source('company', 'settings') }} as settings)
{%- endmacro %}

{#
    Joins plan_rates and actual_rates: what a unit of the currency of `relation` was worth on its day
    `valued_on`. Both are null where rates.csv does not say.
#}

{% macro join_rates(relation) -%}
left join {{ ref('int_rates') }} as plan_rates
    on {{ relation }}.currency = plan_rates.currency
    and plan_rates.kind = 'plan'
    and plan_rates.valid_during @> {{ relation }}.valued_on
left join {{ ref('int_rates') }} as actual_rates
    on {{ relation }}.currency = actual_rates.currency
    and actual_rates.kind = 'actual'
    and actual_rates.valid_during @> {{ relation }}.valued_on
{%- endmacro %}

{#
    A share of an amount by largest remainder: each share is cut to the minor unit, and what that leaves of the
    amount goes in minor units to the shares that lost the most, of equal ones to the largest, then to the first
    by `tie_break`. The shares of a `whole` sum to 1, so these sum exactly to its amount, which must be rounded
    already; those of a refund mirror those of what it pays back.
#}

{% macro largest_remainder(amount, share, whole, tie_break) -%}
    {%- set exact = "abs(" ~ amount ~ ") * " ~ share -%}
    {%- set cut = "trunc(" ~ exact ~ ", " ~ minor_unit() ~ ")" -%}
    {%- set smallest -%}
        (select 10.0 ^ -settings.minor_unit from {{ source('company', 'settings') }} as settings)
    {%- endset -%}
    round(
        sign({{ amount }}) * (
            {{ cut }}
            + case
                when
                    row_number() over (
                        partition by {{ whole }}
                        order by {{ exact }} - {{ cut }} desc, {{ share }} desc, {{ tie_break }}
                    ) * {{ smallest }}
                    <= abs({{ amount }}) - sum({{ cut }}) over (partition by {{ whole }})
                    then {{ smallest }}
                else 0
            end
        ),
        {{ minor_unit() }}
    )
{%- endmacro %}

{#
    The rows of `credits`, each a fact and a person credited with a `share` of it: a `credit_id`, the `columns`, and
    of `amounts` the person's part by largest remainder, so that those of a `whole` sum to its amount. What
    `is_split` says is one person's stays whole: most is, and to share that out too would take most of the time.
#}

{% macro credited_amounts(credits, whole, columns, amounts) -%}
{%- set person = "coalesce(person_id, " ~ unassigned('person') ~ ")" -%}
select
    {{ whole }} as credit_id,
    {{ (columns + amounts) | join(',\n    ') }}
from {{ credits }}
where not is_split
union all
select
    {{ whole }} || '#' || {{ person }} as credit_id,
    {{ columns | join(',\n    ') }},
    {%- for amount in amounts %}
    {{ largest_remainder(amount, 'share', whole, person) }} as {{ amount }}{{ '' if loop.last else ',' }}
    {%- endfor %}
from {{ credits }}
where is_split
{%- endmacro %}
