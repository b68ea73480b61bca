{%- if not var('kpi_models') and execute -%}
    {{ exceptions.raise_compiler_error("No KPI was named: run dbt through `yardstick dbt`, which reads models/kpis.") }}
{%- endif -%}

with kpis as (
    {%- for kpi_model in var('kpi_models') %}
    select
        '{{ kpi_model | replace("kpi_", "", 1) }}' as kpi_id,
        event_id,
        record_kind,
        record_id,
        person_id,
        actor_id,
        event_on,
        until_on,
        numerator,
        denominator
    from {{ ref(kpi_model) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select
    kpi_id,
    event_id,
    record_kind,
    record_id,
    person_id,
    actor_id,
    event_on,
    until_on,
    numerator,
    denominator
from kpis
