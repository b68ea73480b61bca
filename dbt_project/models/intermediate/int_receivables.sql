-- One row per invoice and stretch of days with one balance, all before or all after it is due, while anything
-- is owed or cannot be told. A payment reduces the balance from its day on, but not before the day of issue.
with changes as (
    select
        invoices.invoice_id,
        days.day_on,
        days.amount
    from {{ ref('fct_invoices') }} as invoices
    -- Being overdue begins a stretch, and changes nothing in the balance.
    cross join
        lateral (
            values
            (invoices.issued_on, invoices.amount_at_plan_rate),
            (invoices.due_on + 1, 0)
        ) as days (day_on, amount)
    where invoices.issued_on is not null and days.day_on is not null
    union all
    select
        invoices.invoice_id,
        greatest(payments.paid_on, invoices.issued_on) as day_on,
        -- What was paid on no one knows which day makes the balance unknown.
        case when payments.paid_on is not null then -payments.amount_at_plan_rate end as amount
    from {{ ref('fct_payments') }} as payments
    inner join {{ ref('fct_invoices') }} as invoices on payments.invoice_id = invoices.invoice_id
    where invoices.issued_on is not null
),

daily as (
    select
        invoice_id,
        day_on,
        sum(amount) as amount,
        bool_and(amount is not null) as is_known
    from changes
    group by invoice_id, day_on
),

stretches as (
    select
        invoice_id,
        day_on as from_on,
        lead(day_on) over invoice_days as until_on,
        case when bool_and(is_known) over invoice_days then sum(amount) over invoice_days end as balance
    from daily
    window invoice_days as (partition by invoice_id order by day_on)
)

select
    invoices.invoice_id,
    invoices.owner_id,
    stretches.from_on,
    stretches.until_on,
    stretches.balance,
    stretches.from_on > invoices.due_on as is_overdue
from {{ ref('fct_invoices') }} as invoices
left join stretches on invoices.invoice_id = stretches.invoice_id
where coalesce(stretches.balance > 0, true)
