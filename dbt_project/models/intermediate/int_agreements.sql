-- One row per thing that was agreed about KPIs, as it stands tonight: definitions, goals, targets,
-- thresholds. What its content holds is what the change log tells of.
with inputs as (
    select
        kpi_id,
        string_agg(entity || '.' || field, ', ' order by entity, field) as inputs
    from {{ source('company', 'kpi_inputs') }}
    group by kpi_id
),

parameters as (
    select
        kpi_id,
        string_agg(name || ' ' || value, ', ' order by name) as parameters
    from {{ source('company', 'kpi_parameters') }}
    group by kpi_id
),

-- The SQL that counts a KPI's rows is part of what it means.
models (kpi_id, sql_md5) as (
    values
    {%- for model in var('kpi_models') %}
    ('{{ model | replace("kpi_", "", 1) }}', '{{ kpi_sql_md5(model) }}'),
    {%- endfor %}
    ('', '')
)

select
    'definition' as subject_kind,
    kpis.kpi_id as subject_id,
    kpis.kpi_id,
    jsonb_strip_nulls(
        to_jsonb(kpis) - 'kpi_id' - 'shortest_period_length'
        || jsonb_build_object(
            'inputs', inputs.inputs, 'parameters', parameters.parameters, 'sql_md5', models.sql_md5
        )
    ) as content
from {{ source('company', 'kpis') }} as kpis
left join inputs on kpis.kpi_id = inputs.kpi_id
left join parameters on kpis.kpi_id = parameters.kpi_id
left join models on kpis.kpi_id = models.kpi_id
union all
select
    'goal' as subject_kind,
    goals.goal_id as subject_id,
    goals.kpi_id,
    jsonb_strip_nulls(to_jsonb(goals) - 'goal_id' - 'position') as content
from {{ source('company', 'goals') }} as goals
union all
select
    'target' as subject_kind,
    concat_ws(' ', kpi_id, node_id, period_kind, period_start, level) as subject_id,
    kpi_id,
    jsonb_strip_nulls(
        jsonb_build_object(
            'value', value, 'version', version, 'decided_on', decided_on, 'decided_by', decided_by
        )
    ) as content
from {{ ref('target_versions') }}
where superseded_on is null
union all
select
    'threshold' as subject_kind,
    'measurable ' || dimension as subject_id,
    null as kpi_id,
    jsonb_build_object(
        'threshold', threshold, 'fails_below', fails_below, 'withholds', withholds
    ) as content
from {{ ref('measurable_thresholds') }}
union all
select
    'threshold' as subject_kind,
    condition || ' ' || name as subject_id,
    null as kpi_id,
    jsonb_build_object('threshold', value) as content
from {{ ref('condition_thresholds') }}
union all
select
    'threshold' as subject_kind,
    'measurable ' || dimension || ' ' || kpi_id as subject_id,
    kpi_id,
    jsonb_build_object('threshold', threshold) as content
from {{ source('company', 'kpi_thresholds') }}
