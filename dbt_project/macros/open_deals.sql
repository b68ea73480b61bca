{#
    The rows of a share of the open deals: each stretch of days with one owner, cut where the days of `relation`
    begin and end that a deal has in the multirange `days`. Those days count as `inside` above the line,
    the others as the contrary.
#}

{% macro share_of_open_deals(relation, days, inside) -%}
select
    open_deals.stretch_id || coalesce('#' || lower(pieces.open_during)::text, '') as event_id,
    'deal' as record_kind,
    open_deals.deal_id as record_id,
    open_deals.person_id,
    open_deals.person_id as actor_id,
    lower(pieces.open_during) as event_on,
    upper(pieces.open_during) as until_on,
    pieces.numerator,
    1::numeric as denominator
from {{ ref('int_open_deals') }} as open_deals
left join {{ relation }} on open_deals.deal_id = {{ relation }}.deal_id
left join lateral (
    select
        unnest(datemultirange(open_deals.open_during) * {{ relation }}.{{ days }}) as open_during,
        {{ inside }}::numeric as numerator
    union all
    select
        unnest(datemultirange(open_deals.open_during) - coalesce({{ relation }}.{{ days }}, '{}')),
        {{ 1 - inside }}::numeric
) as pieces on true
{%- endmacro %}
