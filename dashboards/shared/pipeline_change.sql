select
    changes.kpi_id,
    steps.step,
    steps.amount
from kpi.period_choices as periods
inner join kpi.balance_changes as changes
    on periods.period_kind = changes.period_kind and periods.period_start = changes.period_start
cross join
    lateral (
        values
        (1, case '{language}' when 'ru' then 'Было' else 'At the start' end, changes.opening),
        (2, case '{language}' when 'ru' then 'Новое' else 'New' end, changes.began),
        (3, case '{language}' when 'ru' then 'Закрыто' else 'Closed' end, -changes.ended),
        (
            4,
            case '{language}' when 'ru' then 'Получено' else 'Taken over' end,
            nullif(changes.transferred_in, 0)
        ),
        (
            5,
            case '{language}' when 'ru' then 'Передано' else 'Handed over' end,
            -nullif(changes.transferred_out, 0)
        )
    ) as steps (position, step, amount)
where
    periods.period = {{period}}
    and changes.kpi_id = 'open_pipeline'
    and changes.side = 'numerator'
    and changes.node_id = {{node}}
    and steps.amount is not null
order by steps.position
