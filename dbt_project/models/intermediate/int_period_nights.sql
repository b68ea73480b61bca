-- One row per period that a night tested: the last night on which it was open or the last closed of its
-- kind, and overlapped the two months under test. Its verdict is the period's own from then on.
with nights as (
    select distinct
        as_of,
        {{ window_start('as_of') }} as window_start
    from {{ ref('int_certifications') }}
)

select
    periods.period_kind,
    periods.period_start,
    max(nights.as_of) as as_of
from {{ ref('int_periods') }} as periods
inner join {{ ref('int_periods') }} as followers
    on periods.period_kind = followers.period_kind and periods.period_end + 1 = followers.period_start
inner join nights
    on nights.as_of >= periods.period_start
    and nights.as_of < followers.period_end
    and nights.window_start <= periods.period_end
group by periods.period_kind, periods.period_start
