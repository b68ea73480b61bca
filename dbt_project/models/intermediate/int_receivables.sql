-- One row per invoice and stretch of days with one balance, all before or all after it is due, while anything
-- is owed or cannot be told. A payment reduces the balance from its day on, but not before the day of issue.
-- The balance is kept in the invoice's currency and valued at the invoice's rate: else what is paid in full
-- in another fiscal year would leave the difference of the two rates owed for ever.
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
            (invoices.issued_on, invoices.amount),
            (invoices.due_on + 1, 0)
        ) as days (day_on, amount)
    where invoices.issued_on is not null and days.day_on is not null
    union all
    select
        invoices.invoice_id,
        greatest(payments.paid_on, invoices.issued_on) as day_on,
        -- What was paid on no one knows which day makes the balance unknown.
        case
            when payments.paid_on is null then null
            when payments.currency = invoices.currency then -payments.amount
            else -payments.amount_at_plan_rate / invoices.plan_rate
        end as amount
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
),

valued as (
    select
        invoices.invoice_id,
        invoices.owner_id,
        stretches.from_on,
        stretches.until_on,
        round(stretches.balance * invoices.plan_rate, {{ minor_unit() }}) as balance,
        stretches.from_on > invoices.due_on as is_overdue
    from {{ ref('fct_invoices') }} as invoices
    left join stretches on invoices.invoice_id = stretches.invoice_id
)

select
    invoice_id,
    owner_id,
    from_on,
    until_on,
    balance,
    is_overdue
from valued
where coalesce(balance > 0, true)
