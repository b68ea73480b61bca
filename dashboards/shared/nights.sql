with nights as (
    select
        as_of,
        data_until,
        ended_at,
        state,
        reason,
        failed_checks,
        accepted_checks,
        accepted_by,
        row_number() over (partition by state = 'published' order by ended_at desc) as nth_last
    from kpi.refreshes
    where ended_at is not null
),

shown as (
    select *
    from nights
    where state = 'published' and nth_last = 1
),

restated as (
    select count(*) as numbers
    from kpi.restatements
    where as_of = (select as_of from shown)
)

select
    nights.as_of,
    nights.data_until,
    nights.ended_at,
    coalesce(labels.title_{language}, nights.state) as state,
    case
        when nights.state in ('held', 'failed') then nights.reason
        when cardinality(nights.accepted_checks) > 0
            then
                case '{language}' when 'ru' then 'принято, несмотря на ' else 'accepted in spite of ' end
                || array_to_string(nights.accepted_checks, ', ')
                || coalesce(' (' || nights.accepted_by || ')', '')
        when cardinality(nights.failed_checks) > 0 then array_to_string(nights.failed_checks, ', ')
        else case '{language}' when 'ru' then 'все пройдены' else 'all passed' end
    end as checks,
    case when nights.state = 'published' then restated.numbers end as restated,
    company.currency
from nights
cross join restated
left join kpi.dim_company as company on true
left join kpi.dim_labels as labels on labels.topic = 'state' and nights.state = labels.value
where
    (nights.state = 'published' and nights.nth_last = 1)
    or (
        nights.state in ('held', 'failed')
        and nights.nth_last <= 3
        and nights.ended_at > coalesce((select ended_at from shown), '-infinity')
    )
order by nights.ended_at desc
