-- One row per version of a target that was decided by tonight, of targets.csv or of a source. Where both give
-- a target for the same KPI, node, period and level, that of targets.csv is in force.
with settings as (
    select
        as_of,
        currency,
        minor_unit
    from {{ source('company', 'settings') }}
),

united as (
    select
        kpi_id,
        node_id,
        period_kind,
        period_start,
        level,
        'targets.csv' as source,
        true as is_of_file,
        version,
        value,
        currency,
        decided_on,
        null::date as replaced_on,
        decided_by,
        note
    from {{ source('company', 'targets') }}
    union all
    select
        kpi_id,
        node_id,
        period_kind,
        period_start,
        level,
        source,
        false as is_of_file,
        row_number() over (
            partition by kpi_id, node_id, period_kind, period_start, level
            order by source_version asc nulls first, decided_on asc, version_id asc
        )::integer as version,
        value,
        currency,
        decided_on,
        replaced_on,
        null as decided_by,
        null as note
    from {{ ref('int_landed_targets') }}
    where is_usable
),

decided as (
    select
        united.*,
        settings.minor_unit,
        coalesce(united.currency, settings.currency) as currency_of_value,
        case when united.replaced_on <= settings.as_of then united.replaced_on end as gone_on
    from united
    cross join settings
    where united.decided_on <= settings.as_of
)

select
    decided.kpi_id,
    decided.node_id,
    decided.period_kind,
    decided.period_start,
    decided.level,
    decided.source,
    decided.version,
    case
        when kpis.unit = 'money' then round(decided.value * rates.rate, decided.minor_unit)
        else decided.value
    end as value,
    decided.decided_on,
    least(
        decided.gone_on,
        min(decided.decided_on) filter (where decided.gone_on is null) over (
            partition by
                decided.kpi_id, decided.node_id, decided.period_kind, decided.period_start, decided.level
            order by decided.is_of_file desc, decided.version desc
            rows between unbounded preceding and 1 preceding
        )
    ) as superseded_on,
    decided.decided_by,
    decided.note
from decided
inner join {{ source('company', 'kpis') }} as kpis on decided.kpi_id = kpis.kpi_id
left join {{ ref('int_rates') }} as rates
    on decided.currency_of_value = rates.currency
    and rates.kind = 'plan'
    and rates.valid_during @> decided.period_start
