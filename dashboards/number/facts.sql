select
    titled.fact,
    facts.value
from kpi.period_choices as periods
inner join kpi.scorecards as numbers
    on periods.period_kind = numbers.period_kind and periods.period_start = numbers.period_start
inner join kpi.dim_kpis as kpis on numbers.kpi_id = kpis.kpi_id
inner join kpi.dim_labels as labels on labels.topic = 'status' and numbers.status = labels.value
cross join
    lateral (
        values
        (1, 'Status', 'Статус', labels.title_{language}),
        (
            2, 'Why there is no number', 'Почему нет числа',
            case '{language}' when 'ru' then numbers.withheld_reason_ru else numbers.withheld_reason end
        ),
        (3, 'Actual', 'Факт', kpi.shown(numbers.actual, kpis.unit, '{language}')),
        (4, 'Plan to date', 'План на сегодня', kpi.shown(numbers.plan_to_date, kpis.unit, '{language}')),
        (5, 'Target of the period', 'План на период', kpi.shown(numbers.target, kpis.unit, '{language}')),
        (6, 'Attainment', 'Выполнение', kpi.shown(numbers.attainment, 'share', '{language}')),
        (
            7, 'Needed per working day', 'Нужно в рабочий день',
            kpi.shown(nullif(numbers.needed_per_day, 0), kpis.unit, '{language}')
        ),
        (
            8, 'Numerator', 'Числитель',
            case
                when numbers.denominator is not null then kpi.shown(numbers.numerator, 'count', '{language}')
            end
        ),
        (9, 'Denominator', 'Знаменатель', kpi.shown(numbers.denominator, 'count', '{language}')),
        (10, 'Rows counted', 'Учтено записей', kpi.shown(numbers.rows_counted, 'count', '{language}')),
        (
            11, 'Proved measurable', 'Измеримость доказана',
            case
                when numbers.is_certified then case '{language}' when 'ru' then 'да' else 'yes' end
                else case '{language}' when 'ru' then 'нет' else 'no' end
            end
        ),
        (12, 'What it means', 'Что означает', kpis.meaning_{language}),
        (13, 'Formula', 'Формула', kpis.formula),
        (14, 'Who answers for it', 'Кто отвечает', kpis.owner)
    ) as facts (position, fact_en, fact_ru, value)
cross join
    lateral (
        select case '{language}' when 'ru' then facts.fact_ru else facts.fact_en end as fact
    ) as titled
where
    periods.period = {{period}}
    and numbers.kpi_id = {{kpi}}
    and numbers.node_id = {{node}}
    and facts.value is not null
order by facts.position
