with payments as (
    {{ landed_latest('bitrix24_sale_payment') }}
),

order_owners as (
    {{ landed_latest('bitrix24_crm_order_entity') }}
),

history as (
    {{ landed_latest('bitrix24_crm_invoice_stage_history') }}
),

invoices as (
    select
        invoices.version_id,
        invoices.source,
        invoices.source_record_id as id,
        invoices.as_of,
        invoices.is_deleted,
        invoices.source_modified_at,
        invoices.amount,
        invoices.currency,
        landed.record
    from {{ ref('stg_bitrix24__invoices') }} as invoices
    inner join ({{ landed_latest('bitrix24_crm_invoice') }}) as landed
        on invoices.source = landed.source and invoices.source_record_id = landed.id
),

-- A payment belongs to an order, and the order to an invoice or a deal.
paid as (
    select
        payments.version_id,
        payments.source,
        payments.id,
        payments.as_of,
        payments.is_deleted,
        payments.source_modified_at,
        case when order_owners.record ->> 'ownerTypeId' = '31' then order_owners.record ->> 'ownerId' end
            as invoice_id,
        case when order_owners.record ->> 'ownerTypeId' = '2' then order_owners.record ->> 'ownerId' end
            as deal_id,
        case when payments.record ->> 'isReturn' in ('Y', 'P') then -1 else 1 end
        * (payments.record ->> 'sum')::numeric as amount,
        payments.record ->> 'currency' as currency,
        {{ bitrix24_at('datePaid', 'payments.record') }} as paid_at
    from payments
    left join order_owners
        on payments.source = order_owners.source and payments.record ->> 'orderId' = order_owners.id
    where payments.record ->> 'paid' = 'Y'
),

-- An invoice in a stage that means success was paid when it came there, where no payment tells of it.
successes as (
    select
        source,
        record ->> 'OWNER_ID' as invoice_id,
        min({{ bitrix24_at('CREATED_TIME') }}) as paid_at
    from history
    where record ->> 'STAGE_SEMANTIC_ID' = 'S'
    group by source, record ->> 'OWNER_ID'
),

settled as (
    select
        invoices.version_id,
        invoices.source,
        'invoice-' || invoices.id as id,
        invoices.as_of,
        invoices.is_deleted,
        invoices.source_modified_at,
        invoices.id as invoice_id,
        null::text as deal_id,
        invoices.amount,
        invoices.currency,
        coalesce(successes.paid_at, {{ bitrix24_at('movedTime', 'invoices.record') }}) as paid_at
    from invoices
    inner join {{ ref('stg_bitrix24__statuses') }} as statuses
        on invoices.source = statuses.source
        and invoices.record ->> 'stageId' = statuses.code
        and statuses.reference like 'SMART\_INVOICE\_STAGE\_%'
    left join successes on invoices.source = successes.source and invoices.id = successes.invoice_id
    left join paid on invoices.source = paid.source and invoices.id = paid.invoice_id
    where statuses.semantics = 'S' and paid.id is null
),

united as (
    select * from paid
    union all
    select * from settled
)

select
    {{ latest_columns('united', 'payment_id', 'united.id') }},
    source || ':' || invoice_id as invoice_id,
    source || ':' || deal_id as deal_id,
    amount,
    currency,
    paid_at,
    {{ local_day('paid_at') }} as paid_on
from united
