-- One row per KPI, node and dimension of "measurable": how many rows were tested, how many failed, the share
-- that passed with its bounds, and what these are held to. Great Expectations judges these.
-- A dimension that another model counts is a branch more, of the same shape.
with measurements as (
    {%- for measured, told in [
        (ref('int_row_measurements'), {'rows_by_amount': 'rows_by_amount'}),
        (ref('int_source_measurements'), {}),
        (ref('int_late_entries'), {}),
        (ref('int_number_measurements'), {'facts': 'facts'}),
    ] %}
    {{ 'union all' if not loop.first }}
    select
        kpi_id,
        node_kind,
        node_id,
        dimension,
        n,
        failed,
        estimate,
        lower,
        upper,
        whose,
        {{ told.rows_by_amount or 'null::bigint' }} as rows_by_amount,
        {{ told.facts or 'null::jsonb' }} as facts
    from {{ measured }}
    {%- endfor %}
)

select
    measurements.kpi_id,
    measurements.node_kind,
    measurements.node_id,
    measurements.dimension,
    measurements.n,
    measurements.failed,
    measurements.estimate,
    measurements.lower,
    measurements.upper,
    coalesce(overrides.threshold, thresholds.threshold)::numeric(38, 12) as threshold,
    -- A KPI that asks for more or less fails as much earlier or later.
    (
        thresholds.fails_below + coalesce(overrides.threshold - thresholds.threshold, 0)
    )::numeric(38, 12) as fails_below,
    thresholds.withholds,
    measurements.whose,
    measurements.rows_by_amount,
    measurements.facts
from measurements
inner join {{ ref('measurable_thresholds') }} as thresholds on measurements.dimension = thresholds.dimension
left join {{ source('company', 'kpi_thresholds') }} as overrides
    on measurements.kpi_id = overrides.kpi_id and measurements.dimension = overrides.dimension
