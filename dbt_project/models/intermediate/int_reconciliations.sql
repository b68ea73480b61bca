-- One row per KPI that adds up and kind of period: what the people's rows, the teams', the regions' and
-- the company's scorecards sum to, beside the KPI's own rows. Gate 2 asks that all are one number.
with facts as (
    select
        rows.kpi_id,
        sum(rows.numerator) filter (where kpis.aggregation = 'sum' or rows.denominator is not null) as total
    from {{ ref('kpi_rows') }} as rows
    cross join {{ source('company', 'settings') }} as settings
    inner join {{ source('company', 'kpis') }} as kpis on rows.kpi_id = kpis.kpi_id
    where
        rows.event_on between {{ first_day() }} and settings.as_of
        and kpis.aggregation in ('sum', 'ratio')
        and kpis.over_time = 'flow'
    group by rows.kpi_id
),

levels as (
    select
        actuals.kpi_id,
        actuals.period_kind,
        sum(actuals.numerator) filter (where actuals.node_kind = 'person') as people_total,
        sum(actuals.numerator) filter (where actuals.node_kind = 'team') as teams_total,
        sum(actuals.numerator) filter (where actuals.node_kind = 'region') as regions_total,
        sum(actuals.numerator) filter (where actuals.node_kind = 'company') as company_total
    from {{ ref('int_actuals') }} as actuals
    inner join {{ source('company', 'kpis') }} as kpis on actuals.kpi_id = kpis.kpi_id
    where kpis.aggregation in ('sum', 'ratio') and kpis.over_time = 'flow'
    group by actuals.kpi_id, actuals.period_kind
)

select
    levels.kpi_id,
    levels.period_kind,
    levels.people_total,
    levels.teams_total,
    levels.regions_total,
    levels.company_total,
    coalesce(facts.total, 0) as rows_total
from levels
left join facts on levels.kpi_id = facts.kpi_id
