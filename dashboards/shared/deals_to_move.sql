with latest as (
    select max(as_of) as as_of
    from kpi.refreshes
    where state = 'published'
),

found as (
    select
        kpi_rows.record_id as deal_id,
        bool_or(kpi_rows.kpi_id = 'stalled_deals_share') as is_stalled,
        bool_or(kpi_rows.kpi_id = 'deals_without_next_step_share') as has_no_next_step
    from latest
    inner join kpi.kpi_rows
        on kpi_rows.kpi_id in ('stalled_deals_share', 'deals_without_next_step_share')
        and kpi_rows.event_on <= latest.as_of
        and coalesce(kpi_rows.until_on, 'infinity') > latest.as_of
        and kpi_rows.numerator = 1
    inner join kpi.node_people as people on coalesce(kpi_rows.person_id, 'unassigned') = people.person_id
    where people.node_id = {{node}} and people.valid_to = 'infinity'
    group by kpi_rows.record_id
)

select
    deals.deal_name as deal,
    deals.amount_at_plan_rate as amount,
    deals.stage,
    owners.person_name as owner,
    deals.expected_close_on,
    concat_ws(
        ', ',
        case when found.is_stalled then case '{language}' when 'ru' then 'зависла' else 'stalled' end end,
        case
            when found.has_no_next_step
                then case '{language}' when 'ru' then 'нет следующего шага' else 'no next step' end
        end
    ) as why,
    deals.record_url
from found
inner join kpi.fct_deals as deals on found.deal_id = deals.deal_id
left join kpi.dim_people as owners on deals.owner_id = owners.person_id
where deals.stage_kind = 'open'
order by
    (found.is_stalled and found.has_no_next_step) desc,
    deals.amount_at_plan_rate desc nulls last,
    deals.deal_id asc
limit 100
