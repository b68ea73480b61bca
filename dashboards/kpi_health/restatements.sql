with latest as (
    select max(as_of) as as_of
    from kpi.refreshes
    where state = 'published'
)

select
    kpis.kpi_id,
    periods.period as period_id,
    restatements.as_of,
    kpis.title_{language} as kpi,
    periods.title_{language} as period,
    kpi.shown(restatements.actual_before, kpis.unit, '{language}') as before,
    kpi.shown(restatements.actual_after, kpis.unit, '{language}') as after,
    (
        select count(*)
        from kpi.restatement_records as records
        where
            records.as_of = restatements.as_of
            and records.kpi_id = restatements.kpi_id
            and records.node_id = restatements.node_id
            and records.period_kind = restatements.period_kind
            and records.period_start = restatements.period_start
    ) as records
from kpi.restatements
cross join latest
inner join kpi.dim_kpis as kpis on restatements.kpi_id = kpis.kpi_id
inner join kpi.period_choices as periods
    on restatements.period_kind = periods.period_kind
    and restatements.period_start = periods.period_start
    and periods.period ~ '^\d'
where restatements.node_id = {{node}} and restatements.as_of > latest.as_of - 90
order by restatements.as_of desc, kpi asc, restatements.period_start desc
limit 200
