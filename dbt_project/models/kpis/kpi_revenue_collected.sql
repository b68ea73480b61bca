with credits as not materialized (
    select
        payments.payment_id,
        payments.paid_on,
        payments.amount_at_plan_rate,
        credits.person_id,
        credits.actor_id,
        coalesce(credits.share, 1) as share,
        coalesce(credits.is_split, false) as is_split
    from {{ ref('fct_payments') }} as payments
    left join {{ ref('int_deal_credits') }} as credits on payments.deal_id = credits.deal_id
),

credited as (
    {{
        credited_amounts(
            'credits',
            whole='payment_id',
            columns=['payment_id', 'person_id', 'actor_id', 'paid_on'],
            amounts=['amount_at_plan_rate']
        ) | indent(4)
    }}
)

select
    credit_id as event_id,
    'payment' as record_kind,
    payment_id as record_id,
    person_id,
    actor_id,
    paid_on as event_on,
    null::date as until_on,
    amount_at_plan_rate as numerator,
    null::numeric as denominator
from credited
