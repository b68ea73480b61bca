with latest as (
    {{ landed_latest('bitrix24_crm_quote') }}
),

-- A quote says on which day it was made, and not when it was sent: a draft is not sent.
quotes as (
    select
        *,
        coalesce(
            {{ bitrix24_on('begindate') }}, {{ local_day(bitrix24_at('createdTime')) }}
        ) as sent_on
    from latest
    where record ->> 'stageId' <> 'DRAFT' and {{ bitrix24_id('dealId') }} is not null
)

-- Without tax.
select
    {{ latest_columns('quotes', 'quote_id', 'quotes.id') }},
    source || ':' || (record ->> 'dealId') as deal_id,
    {{ bitrix24_id('assignedById') }} as source_owner_id,
    (record ->> 'opportunity')::numeric - coalesce((record ->> 'taxValue')::numeric, 0) as amount,
    record ->> 'currencyId' as currency,
    sent_on::timestamp at time zone {{ time_zone() }} as sent_at,
    sent_on
from quotes
