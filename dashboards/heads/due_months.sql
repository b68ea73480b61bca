with latest as (
    select max(as_of) as as_of
    from kpi.refreshes
    where state = 'published'
)

select
    'open_pipeline' as kpi_id,
    date_trunc('month', deals.expected_close_on)::date as month,
    sum(deals.amount_at_plan_rate) as amount,
    count(*) as deals
from latest
cross join kpi.node_people as people
inner join kpi.fct_deals as deals on people.person_id = coalesce(deals.owner_id, 'unassigned')
where
    people.node_id = {{node}}
    and people.valid_to = 'infinity'
    and deals.stage_kind = 'open'
    and deals.expected_close_on < date_trunc('month', latest.as_of) + interval '12 months'
group by month
order by month
