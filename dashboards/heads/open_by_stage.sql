select
    'open_pipeline' as kpi_id,
    deals.stage,
    count(*) as deals,
    sum(deals.amount_at_plan_rate) as amount
from kpi.node_people as people
inner join kpi.fct_deals as deals on people.person_id = coalesce(deals.owner_id, 'unassigned')
where people.node_id = {{node}} and people.valid_to = 'infinity' and deals.stage_kind = 'open'
group by deals.stage
order by amount desc nulls last, deals.stage asc
