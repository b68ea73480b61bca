select
    kpis.kpi_id,
    kpis.title_en,
    kpis.title_ru,
    kpis.meaning_en,
    kpis.meaning_ru,
    kpis.formula,
    kpis.expression,
    kpis.unit,
    kpis.direction,
    kpis.band_from,
    kpis.band_to,
    kpis.aggregation,
    kpis.over_time,
    kpis.shortest_period,
    kpis.timing,
    kpis.owner,
    kpis.counter_kpi_id,
    kpis.worked_example_en,
    kpis.worked_example_ru,
    (
        select min(goals.goal_id)
        from {{ source('company', 'goals') }} as goals
        where goals.kpi_id = kpis.kpi_id
    ) as goal_id
from {{ source('company', 'kpis') }} as kpis
