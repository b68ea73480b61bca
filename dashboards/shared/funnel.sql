select
    steps.kpi_id,
    steps.step,
    sum(case steps.side
        when 'denominator' then numbers.denominator
        when 'rows' then numbers.rows_counted
        else numbers.actual
    end) as counted
from kpi.period_choices as periods
inner join kpi.scorecards as numbers
    on periods.period_kind = numbers.period_kind and periods.period_start = numbers.period_start
inner join (
    values
    (1, 'leads_worked_share', 'denominator', case '{language}' when 'ru' then 'Лиды' else 'Leads' end),
    (
        2, 'pipeline_created', 'rows',
        case '{language}' when 'ru' then 'Новые сделки' else 'Deals opened' end
    ),
    (
        3, 'proposals_sent', 'actual',
        case '{language}' when 'ru' then 'Отправленные КП' else 'Proposals sent' end
    ),
    (4, 'deals_won', 'actual', case '{language}' when 'ru' then 'Выигранные сделки' else 'Deals won' end)
) as steps (position, kpi_id, side, step) on numbers.kpi_id = steps.kpi_id
where periods.period = {{period}} and numbers.node_id = {{node}} and numbers.status <> 'withheld'
group by steps.position, steps.kpi_id, steps.step
order by steps.position
