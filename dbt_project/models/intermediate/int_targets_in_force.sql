-- One row per KPI, node and period with a given target: the latest version decided by tonight.
with decided as (
    select
        targets.kpi_id,
        targets.node_id,
        targets.period_kind,
        targets.period_start,
        targets.value,
        coalesce(targets.currency, settings.currency) as currency,
        targets.version,
        settings.minor_unit,
        kpis.unit,
        row_number() over (
            partition by targets.kpi_id, targets.node_id, targets.period_kind, targets.period_start
            order by targets.version desc
        ) = 1 as is_in_force
    from {{ source('company', 'targets') }} as targets
    inner join {{ source('company', 'kpis') }} as kpis on targets.kpi_id = kpis.kpi_id
    cross join {{ source('company', 'settings') }} as settings
    where targets.level = 'target' and targets.decided_on <= settings.as_of
)

select
    decided.kpi_id,
    decided.node_id,
    decided.period_kind,
    decided.period_start,
    case
        when decided.unit = 'money' then round(decided.value * rates.rate, decided.minor_unit)
        else decided.value
    end as target,
    decided.version as target_version
from decided
left join {{ ref('int_rates') }} as rates
    on decided.currency = rates.currency
    and rates.kind = 'plan'
    and rates.valid_during @> decided.period_start
where decided.is_in_force
