-- A quote is booked on the day its window ends, paid or not, so that a closed period stays closed.
with cohort as (
    select
        quote_id,
        deal_id,
        owner_id,
        sent_on,
        sent_on
        + {{ kpi_parameter('proposal_to_payment_conversion', 'window_days') }}::integer as window_ends_on
    from {{ ref('int_first_quotes') }}
    where deal_id is not null
),

paid as (
    select distinct cohort.quote_id
    from cohort
    inner join {{ ref('fct_payments') }} as payments
        on cohort.deal_id = payments.deal_id
        and payments.paid_on between cohort.sent_on and cohort.window_ends_on
)

select
    cohort.quote_id as event_id,
    'quote' as record_kind,
    cohort.quote_id as record_id,
    cohort.owner_id as person_id,
    cohort.owner_id as actor_id,
    cohort.window_ends_on as event_on,
    null::date as until_on,
    (paid.quote_id is not null)::integer::numeric as numerator,
    1::numeric as denominator
from cohort
left join paid on cohort.quote_id = paid.quote_id
where cohort.window_ends_on is null or cohort.window_ends_on <= {{ as_of() }}
