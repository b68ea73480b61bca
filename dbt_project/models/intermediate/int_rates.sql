-- One row per currency, kind (plan or actual) and stretch of days: the company's currency per unit.
with settings as (
    select currency
    from {{ source('company', 'settings') }}
),

kinds as (
    select kinds.kind
    from (values ('plan'), ('actual')) as kinds (kind)
)

select
    currency,
    kind,
    daterange(period_start, period_end, '[]') as valid_during,
    rate
from {{ source('company', 'rates') }}
union all
select
    settings.currency,
    kinds.kind,
    daterange(null, null) as valid_during,
    1 as rate
from settings
cross join kinds
