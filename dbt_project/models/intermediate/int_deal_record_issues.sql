-- One row per record that hangs on a deal (split, quote, line, invoice, payment, survey) and rule that it
-- breaks. A field that a source leaves blank throughout is not there, so that no record lacks it.
{{ config(materialized='view') }}

with settings as (
    select as_of
    from {{ source('company', 'settings') }}
),

deals as (
    select
        deal_id,
        owner_id
    from {{ ref('fct_deals') }}
),

uncredited_deals as (
    select
        splits.deal_id as record_id,
        min(splits.source) as source,
        min(deals.owner_id) as person_id,
        string_agg(coalesce(splits.share::text, 'blank'), ' + ' order by splits.deal_split_id) as found
    from {{ ref('fct_deal_splits') }} as splits
    inner join deals on splits.deal_id = deals.deal_id
    where not splits.is_credited
    group by splits.deal_id
),

split_flags as (
    select
        splits.deal_split_id as record_id,
        splits.source,
        splits.person_id,
        rules.rule_id,
        rules.found
    from {{ ref('fct_deal_splits') }} as splits
    left join deals on splits.deal_id = deals.deal_id
    cross join
        lateral (
            values
            ('split_without_deal', deals.deal_id is null, splits.deal_id),
            ('split_person_unknown', splits.person_id is null, splits.source_owner_id)
        ) as rules (rule_id, is_broken, found)
    where rules.is_broken
),

quote_flags as (
    select
        quotes.quote_id as record_id,
        quotes.source,
        quotes.owner_id as person_id,
        rules.rule_id,
        rules.found
    from {{ ref('fct_quotes') }} as quotes
    cross join settings
    left join deals on quotes.deal_id = deals.deal_id
    cross join
        lateral (
            values
            ('quote_without_deal', deals.deal_id is null, quotes.deal_id),
            ('quote_owner_unknown', quotes.owner_id is null, quotes.source_owner_id),
            (
                'quote_currency_unknown',
                quotes.amount is not null and quotes.amount_at_plan_rate is null,
                quotes.currency
            ),
            ('quote_without_date', quotes.sent_on is null, null),
            ('quote_after_as_of', quotes.sent_on > settings.as_of, quotes.sent_on::text)
        ) as rules (rule_id, is_broken, found)
    where rules.is_broken
),

priced_sources as (
    select
        source,
        bool_or(list_price is not null) as gives_list_prices,
        bool_or(unit_cost is not null) as gives_costs
    from {{ ref('fct_lines') }}
    group by source
),

line_flags as (
    select
        lines.line_id as record_id,
        lines.source,
        deals.owner_id as person_id,
        rules.rule_id,
        rules.found
    from {{ ref('fct_lines') }} as lines
    inner join priced_sources on lines.source = priced_sources.source
    left join deals on lines.deal_id = deals.deal_id
    cross join
        lateral (
            values
            ('line_without_deal', deals.deal_id is null, lines.deal_id),
            ('line_without_price', lines.quantity is null or lines.unit_price is null, null),
            (
                'line_without_list_price',
                lines.list_price is null and priced_sources.gives_list_prices,
                null
            ),
            ('line_without_cost', lines.unit_cost is null and priced_sources.gives_costs, null),
            ('line_quantity_not_positive', lines.quantity <= 0, lines.quantity::text),
            (
                'line_price_not_positive',
                least(lines.unit_price, lines.list_price) <= 0,
                least(lines.unit_price, lines.list_price)::text
            ),
            (
                'line_discount_negative',
                lines.unit_price > lines.list_price,
                lines.unit_price || ', list ' || lines.list_price
            )
        ) as rules (rule_id, is_broken, found)
    where rules.is_broken
),

due_sources as (
    select
        source,
        bool_or(due_on is not null) as gives_due_days
    from {{ ref('fct_invoices') }}
    group by source
),

invoice_flags as (
    select
        invoices.invoice_id as record_id,
        invoices.source,
        invoices.owner_id as person_id,
        rules.rule_id,
        rules.found
    from {{ ref('fct_invoices') }} as invoices
    cross join settings
    inner join due_sources on invoices.source = due_sources.source
    left join deals on invoices.deal_id = deals.deal_id
    cross join
        lateral (
            values
            ('invoice_without_deal', invoices.deal_id is null, null),
            (
                'invoice_deal_unknown',
                invoices.deal_id is not null and deals.deal_id is null,
                invoices.deal_id
            ),
            ('invoice_without_amount', invoices.amount is null, null),
            (
                'invoice_currency_unknown',
                invoices.amount is not null and invoices.amount_at_plan_rate is null,
                invoices.currency
            ),
            ('invoice_without_date', invoices.issued_on is null, null),
            ('invoice_without_due', invoices.due_on is null and due_sources.gives_due_days, null),
            ('invoice_after_as_of', invoices.issued_on > settings.as_of, invoices.issued_on::text),
            (
                'invoice_due_before_issued',
                invoices.due_on < invoices.issued_on,
                'issued ' || invoices.issued_on || ', due ' || invoices.due_on
            )
        ) as rules (rule_id, is_broken, found)
    where rules.is_broken
),

invoice_twins as (
    select
        invoice_id as record_id,
        source,
        owner_id as person_id,
        'as ' || min(invoice_id) over twin_invoices as found,
        invoice_id <> min(invoice_id) over twin_invoices as is_second
    from {{ ref('fct_invoices') }}
    where deal_id is not null and amount is not null and issued_on is not null
    window twin_invoices as (partition by source, deal_id, amount, currency, issued_on)
),

-- Some sources know payments only; what they pay cannot be looked up there.
invoicing_sources as (
    select source
    from {{ source('company', 'source_entities') }}
    where entity = 'invoices'
),

looked_up_payments as (
    select
        payments.*,
        invoices.issued_on,
        deals.deal_id is not null as is_deal_there,
        payments.invoice_id is not null
        and invoices.invoice_id is null
        and invoicing_sources.source is not null as is_invoice_missing
    from {{ ref('fct_payments') }} as payments
    left join invoicing_sources on payments.source = invoicing_sources.source
    left join {{ ref('fct_invoices') }} as invoices on payments.invoice_id = invoices.invoice_id
    left join deals on payments.deal_id = deals.deal_id
),

payment_flags as (
    select
        payments.payment_id as record_id,
        payments.source,
        payments.owner_id as person_id,
        rules.rule_id,
        rules.found
    from looked_up_payments as payments
    cross join settings
    cross join
        lateral (
            values
            ('payment_invoice_unknown', payments.is_invoice_missing, payments.invoice_id),
            (
                'payment_without_deal',
                payments.deal_id is null and not payments.is_invoice_missing,
                payments.invoice_id
            ),
            (
                'payment_deal_unknown',
                payments.deal_id is not null and not payments.is_deal_there,
                payments.deal_id
            ),
            ('payment_without_amount', payments.amount is null, null),
            (
                'payment_currency_unknown',
                payments.amount is not null and payments.amount_at_plan_rate is null,
                payments.currency
            ),
            ('payment_without_date', payments.paid_on is null, null),
            ('payment_after_as_of', payments.paid_on > settings.as_of, payments.paid_on::text),
            (
                'payment_before_invoice',
                payments.paid_on < payments.issued_on,
                'paid ' || payments.paid_on || ', issued ' || payments.issued_on
            )
        ) as rules (rule_id, is_broken, found)
    where rules.is_broken
),

survey_flags as (
    select
        surveys.survey_id as record_id,
        surveys.source,
        surveys.owner_id as person_id,
        rules.rule_id,
        rules.found
    from {{ ref('fct_surveys') }} as surveys
    cross join settings
    cross join
        lateral (
            values
            ('survey_owner_unknown', surveys.owner_id is null, surveys.source_owner_id),
            ('survey_without_score', surveys.score is null, null),
            ('survey_score_invalid', surveys.score not between 0 and 10, surveys.score::text),
            ('survey_without_date', surveys.answered_on is null, null),
            ('survey_after_as_of', surveys.answered_on > settings.as_of, surveys.answered_on::text)
        ) as rules (rule_id, is_broken, found)
    where rules.is_broken
)

select
    'deal_splits_not_one' as rule_id,
    record_id,
    source,
    person_id,
    found
from uncredited_deals
union all
select
    'invoice_suspected_duplicate' as rule_id,
    record_id,
    source,
    person_id,
    found
from invoice_twins
where is_second
{%- for kind in ['split', 'quote', 'line', 'invoice', 'payment', 'survey'] %}
union all
select
    rule_id,
    record_id,
    source,
    person_id,
    found
from {{ kind }}_flags
{%- endfor %}
