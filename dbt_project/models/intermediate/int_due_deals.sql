-- One row per deal and month that is over, on whose first day the deal was open and expected to close in the
-- month, as was known on that day.
with expected as (
    select
        deal_id,
        valid_during,
        date_trunc('month', expected_close_on)::date as month_start,
        (date_trunc('month', expected_close_on) + interval '1 month')::date - 1 as month_end
    from {{ ref('int_deal_expected_closes') }}
)

select
    expected.deal_id,
    open_deals.person_id,
    expected.month_start,
    expected.month_end
from expected
inner join {{ ref('int_open_deals') }} as open_deals
    on expected.deal_id = open_deals.deal_id and open_deals.open_during @> expected.month_start
where expected.valid_during @> expected.month_start and expected.month_end <= {{ as_of() }}
