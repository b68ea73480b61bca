-- One row per node and month, quarter or year: how far it is with all its KPIs, by the weights of goals.yml.
-- What is not shown leaves the score, and its weight with it: the score is the mean over what is.
with weights as (
    select
        kpi_id,
        sum(score_weight) as weight
    from {{ ref('dim_goals') }}
    where score_weight is not null
    group by kpi_id
),

all_weights as (
    select sum(weight) as total
    from weights
),

scores as (
    select
        scorecards.node_kind,
        scorecards.node_id,
        scorecards.node_name,
        scorecards.period_kind,
        scorecards.period_start,
        scorecards.period_end,
        scorecards.kpi_id,
        scorecards.status,
        weights.weight,
        {{ capped('scorecards.attainment', 'settings.attainment_cap') }} as score,
        kpis.direction,
        kpis.band_from,
        kpis.band_to,
        scorecards.actual,
        scorecards.plan_to_date,
        settings.attainment_cap
    from {{ ref('scorecards') }} as scorecards
    inner join weights on scorecards.kpi_id = weights.kpi_id
    inner join {{ ref('dim_kpis') }} as kpis on scorecards.kpi_id = kpis.kpi_id
    cross join {{ source('company', 'settings') }} as settings
    where
        scorecards.node_id not in (
            {{ unassigned('person') }}, {{ unassigned('team') }}, {{ unassigned('region') }}
        )
        and scorecards.period_kind <> 'week'
),

compared as (
    select
        *,
        {{ capped(attainment('actual', 'plan_to_date'), 'attainment_cap') }} as score_to_date
    from scores
),

summed as (
    select
        node_kind,
        node_id,
        node_name,
        period_kind,
        period_start,
        period_end,
        sum(weight * score) / sum(weight) filter (where score is not null) as weighted_attainment,
        sum(weight * score_to_date)
        / sum(weight) filter (where score_to_date is not null) as weighted_attainment_to_date,
        coalesce(sum(weight) filter (where score is not null), 0) as weight_shown,
        count(score) as kpis_shown,
        coalesce(array_agg(kpi_id order by kpi_id) filter (where status = 'withheld'), '{}') as kpis_withheld,
        coalesce(
            array_agg(kpi_id order by kpi_id) filter (where score is null and status <> 'withheld'), '{}'
        ) as kpis_without_target
    from compared
    group by node_kind, node_id, node_name, period_kind, period_start, period_end
)

select
    summed.node_kind,
    summed.node_id,
    summed.node_name,
    summed.period_kind,
    summed.period_start,
    summed.period_end,
    summed.weighted_attainment::numeric(38, 12) as weighted_attainment,
    summed.weighted_attainment_to_date::numeric(38, 12) as weighted_attainment_to_date,
    (summed.weight_shown / all_weights.total)::numeric(38, 12) as weight_shown,
    summed.kpis_shown,
    summed.kpis_withheld,
    summed.kpis_without_target
from summed
cross join all_weights
