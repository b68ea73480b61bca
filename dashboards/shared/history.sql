with chosen as (
    select
        period_kind,
        period_start,
        period_start - case period_kind
            when 'month' then interval '12 months'
            when 'quarter' then interval '24 months'
            else interval '5 years'
        end as first_start
    from kpi.period_choices
    where period = {{period}}
)

select
    periods.period,
    periods.title_{language} as title,
    case when kpis.unit = 'share' then 100 else 1 end
    * case {{known}} when 'reported' then reported.actual else numbers.actual end as actual,
    case when kpis.unit = 'share' then 100 else 1 end
    * case {{comparison}} when 'plan' then numbers.plan_to_date else year_ago.actual end as compared
from chosen
inner join kpi.scorecards as numbers
    on chosen.period_kind = numbers.period_kind
    and numbers.period_start between chosen.first_start and chosen.period_start
inner join kpi.period_choices as periods
    on numbers.period_kind = periods.period_kind
    and numbers.period_start = periods.period_start
    and periods.period ~ '^\d'
inner join kpi.dim_kpis as kpis on numbers.kpi_id = kpis.kpi_id
left join kpi.scorecards as year_ago
    on numbers.kpi_id = year_ago.kpi_id
    and numbers.node_id = year_ago.node_id
    and numbers.period_kind = year_ago.period_kind
    and (numbers.period_start - interval '1 year')::date = year_ago.period_start
left join lateral (
    select versions.actual
    from kpi.scorecard_history as versions
    where
        versions.kpi_id = numbers.kpi_id
        and versions.node_id = numbers.node_id
        and versions.period_kind = numbers.period_kind
        and versions.period_start = numbers.period_start
    order by
        versions.reported_as_of <= numbers.period_end desc,
        abs(versions.reported_as_of - numbers.period_end) asc
    limit 1
) as reported on {{known}} = 'reported'
where numbers.kpi_id = {{kpi}} and numbers.node_id = {{node}}
order by numbers.period_start
