-- One row per KPI and node of which accounting says what a period was that is over: the last such period, of
-- several that end together the shortest, with accounting's number and ours.
with entries as (
    select distinct on (ledger.kpi_id, ledger.node_id)
        ledger.kpi_id,
        ledger.node_id,
        ledger.period_kind,
        ledger.period_start,
        ledger.period_end,
        ledger.value
    from {{ source('company', 'ledger') }} as ledger
    cross join {{ source('company', 'settings') }} as settings
    where ledger.period_end <= settings.as_of
    order by
        ledger.kpi_id asc, ledger.node_id asc, ledger.period_end desc, ledger.period_start desc
)

select
    entries.kpi_id,
    actuals.node_kind,
    entries.node_id,
    entries.period_start,
    entries.period_end,
    entries.value as ledger,
    actuals.actual,
    case
        when actuals.actual is null then null
        when actuals.actual = entries.value then 1
        else greatest(1 - abs(actuals.actual - entries.value) / nullif(abs(entries.value), 0), 0)
    end::numeric(38, 12) as estimate
from entries
inner join {{ ref('int_base_actuals') }} as actuals
    on entries.kpi_id = actuals.kpi_id
    and entries.node_id = actuals.node_id
    and entries.period_kind = actuals.period_kind
    and entries.period_start = actuals.period_start
