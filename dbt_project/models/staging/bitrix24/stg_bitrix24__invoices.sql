with latest as (
    {{ landed_latest('bitrix24_crm_invoice') }}
),

contacts as (
    {{ landed_latest('bitrix24_crm_contact', gone=true) }}
),

statuses as (
    select *
    from {{ ref('stg_bitrix24__statuses') }}
    where reference like 'SMART\_INVOICE\_STAGE\_%'
),

-- With tax: what the customer owes. An invoice in a stage that means failure is owed by nobody.
invoices as (
    select
        latest.version_id,
        latest.source,
        latest.id,
        latest.source_modified_at,
        latest.is_deleted,
        latest.record,
        latest.as_of,
        {{ bitrix24_account('latest.record', 'contacts') }} as account,
        coalesce(
            {{ bitrix24_on('begindate', 'latest.record') }},
            {{ local_day(bitrix24_at('createdTime', 'latest.record')) }}
        ) as issued_on,
        {{ bitrix24_on('closedate', 'latest.record') }} as due_on
    from latest
    left join statuses on latest.source = statuses.source and latest.record ->> 'stageId' = statuses.code
    left join contacts
        on latest.source = contacts.source and {{ bitrix24_id('contactId', 'latest.record') }} = contacts.id
    where statuses.semantics is distinct from 'F'
)

select
    {{ latest_columns('invoices', 'invoice_id', 'invoices.id') }},
    source || ':' || {{ bitrix24_id('parentId2') }} as deal_id,
    source || ':' || account as account_id,
    (record ->> 'opportunity')::numeric as amount,
    record ->> 'currencyId' as currency,
    issued_on::timestamp at time zone {{ time_zone() }} as issued_at,
    issued_on,
    due_on::timestamp at time zone {{ time_zone() }} as due_at,
    due_on
from invoices
