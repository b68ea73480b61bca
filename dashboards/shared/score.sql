with chosen as (
    select
        period_kind,
        period_start
    from kpi.period_choices
    where period = {{period}}
),

scores as (
    select
        people.weighted_attainment_to_date,
        people.kpis_shown,
        people.kpis_withheld
    from chosen
    inner join kpi.person_scorecards as people
        on chosen.period_kind = people.period_kind and chosen.period_start = people.period_start
    where people.person_id = {{node}}
    union
    -- Who heads a node in turn has the same score each.
    select
        heads.weighted_attainment_to_date,
        heads.kpis_shown,
        heads.kpis_withheld
    from chosen
    inner join kpi.head_scorecards as heads
        on chosen.period_kind = heads.period_kind and chosen.period_start = heads.period_start
    where heads.node_id = {{node}}
)

select
    coalesce(kpi.shown(weighted_attainment_to_date, 'share', '{language}'), '–') as score,
    case '{language}'
        when 'ru' then 'Показателей: ' || kpis_shown || ', скрыто: ' || cardinality(kpis_withheld)
        else 'KPIs: ' || kpis_shown || ', withheld: ' || cardinality(kpis_withheld)
    end as note
from scores
