-- One row per composite KPI, node and period in which the KPI whose rows it counts has one: its formula,
-- over the values of other KPIs there. The variable `composites` holds the formulas, as SQL over columns
-- named as people write the values: "open_pipeline.opening_actual".
{#- A linter knows no variables. #}
{%- set given = var('composites') %}
{%- set composites = given if given is mapping else {'values': [], 'formulas': []} %}

with settings as (
    select as_of
    from {{ source('company', 'settings') }}
),

counted as (
    select
        kpi_id,
        node_kind,
        node_id,
        period_kind,
        period_start,
        period_end,
        actual,
        numerator,
        denominator,
        rows_counted
    from {{ ref('int_base_actuals') }}
    where kpi_id in ({{ kpi_list(composites['values']) }})
),

-- What is not shown of the period before cannot open this one.
withheld as (
    select
        certifications.kpi_id,
        certifications.node_kind,
        certifications.node_id,
        nights.period_kind,
        nights.period_start
    from {{ ref('int_period_nights') }} as nights
    inner join {{ ref('int_certifications') }} as certifications on nights.as_of = certifications.as_of
    where certifications.is_withheld
),

-- A node that was not there in the period before opens with nothing, where nothing is a number.
opening as (
    select
        counted.kpi_id,
        counted.node_kind,
        counted.node_id,
        counted.period_kind,
        counted.period_start,
        counted.period_end,
        coalesce(
            before.actual,
            case when before.kpi_id is null and {{ adds_up('kpis') }} then 0 end
        ) as actual,
        coalesce(before.numerator, case when kpis.aggregation in ('sum', 'ratio') then 0 end) as numerator,
        coalesce(before.denominator, case when kpis.aggregation = 'ratio' then 0 end) as denominator,
        coalesce(before.rows_counted, 0) as rows_counted,
        withheld.kpi_id is not null as is_withheld
    from counted
    inner join {{ source('company', 'kpis') }} as kpis on counted.kpi_id = kpis.kpi_id
    inner join {{ ref('int_periods') }} as periods
        on counted.period_kind = periods.period_kind and counted.period_start = periods.period_end + 1
    left join counted as before
        on counted.kpi_id = before.kpi_id
        and counted.node_kind = before.node_kind
        and counted.node_id = before.node_id
        and periods.period_kind = before.period_kind
        and periods.period_start = before.period_start
    left join withheld
        on counted.kpi_id = withheld.kpi_id
        and counted.node_kind = withheld.node_kind
        and counted.node_id = withheld.node_id
        and periods.period_kind = withheld.period_kind
        and periods.period_start = withheld.period_start
    where
        counted.kpi_id in (
            {{ kpi_list(composites['values'] | selectattr('kind', 'equalto', 'opening')) }}
        )
),

united as (
    select
        kpi_id,
        node_kind,
        node_id,
        period_kind,
        period_start,
        period_end,
        'this period' as kind,
        actual,
        numerator,
        denominator,
        rows_counted,
        null::numeric as target
    from counted
    union all
    select
        kpi_id,
        node_kind,
        node_id,
        period_kind,
        period_start,
        period_end,
        'opening' as kind,
        actual,
        numerator,
        denominator,
        rows_counted,
        null::numeric as target
    from opening
    where not is_withheld
    union all
    select
        kpi_id,
        node_kind,
        node_id,
        period_kind,
        period_start,
        null::date as period_end,
        'target' as kind,
        null::numeric as actual,
        null::numeric as numerator,
        null::numeric as denominator,
        null::bigint as rows_counted,
        target
    from {{ ref('int_targets') }}
    where kpi_id in ({{ kpi_list(composites['values'] | selectattr('attribute', 'equalto', 'target')) }})
),

side_by_side as (
    select
        united.node_kind,
        united.node_id,
        united.period_kind,
        united.period_start,
        max(united.period_end) as period_end,
        {%- for value in composites['values'] %}
        max(united.{{ value.attribute }}) filter (
            where united.kpi_id = '{{ value.kpi_id }}' and united.kind = '{{ value.kind }}'
        )::numeric as "{{ value.name }}",
        {%- endfor %}
        {%- for kpi_id in composites['formulas'] | map(attribute='first_kpi') | unique %}
        bool_or(united.kpi_id = '{{ kpi_id }}' and united.kind = 'this period') as "{{ kpi_id }}",
        {%- endfor %}
        (least(max(united.period_end), settings.as_of) - united.period_start + 1)::numeric as days_over
    from united
    cross join settings
    group by
        united.node_kind, united.node_id, united.period_kind, united.period_start, settings.as_of
)

select
    formulas.kpi_id,
    side_by_side.node_kind,
    side_by_side.node_id,
    side_by_side.period_kind,
    side_by_side.period_start,
    side_by_side.period_end,
    formulas.actual::numeric(38, 12) as actual,
    coalesce(formulas.rows_counted, 0)::bigint as rows_counted,
    nullif(formulas.lacking, '') as lacking
from side_by_side
cross join
    lateral (
        values
        -- Gives the columns their types, and is there nowhere.
        (null::text, null::boolean, null::numeric, null::numeric, null::text)
        {%- for formula in composites['formulas'] %},
        (
            '{{ formula.kpi_id }}',
            "{{ formula.first_kpi }}",
            {{ formula.sql }},
            "{{ formula.rows }}",
            concat_ws(
                ', '
                {%- for name in formula.rests_on %},
                case when "{{ name }}" is null then '{{ name }}' end
                {%- endfor %}
            )
        )
        {%- endfor %}
    ) as formulas (kpi_id, is_there, actual, rows_counted, lacking)
inner join {{ source('company', 'kpis') }} as kpis on formulas.kpi_id = kpis.kpi_id
inner join (values ('week', 1), ('month', 2), ('quarter', 3), ('year', 4)) as kinds (period_kind, length)
    on side_by_side.period_kind = kinds.period_kind and kinds.length >= kpis.shortest_period_length
where formulas.is_there
