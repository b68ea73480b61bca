with lines as (
    select
        line_id,
        source,
        deal_id,
        product_id,
        quantity,
        list_price,
        unit_price,
        unit_cost
    from {{ staged('lines') }}
    where is_latest and not is_deleted
)

select
    lines.line_id,
    lines.source,
    lines.deal_id,
    lines.product_id,
    lines.quantity,
    lines.list_price,
    lines.unit_price,
    lines.unit_cost,
    round(lines.quantity * lines.unit_price * deals.plan_rate, {{ minor_unit() }}) as net_amount_at_plan_rate,
    round(lines.quantity * lines.list_price * deals.plan_rate, {{ minor_unit() }})
        as list_amount_at_plan_rate,
    round(lines.quantity * lines.unit_cost * deals.plan_rate, {{ minor_unit() }}) as cost_at_plan_rate
from lines
left join {{ ref('fct_deals') }} as deals on lines.deal_id = deals.deal_id
