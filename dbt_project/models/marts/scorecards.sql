with settings as (
    select as_of
    from {{ source('company', 'settings') }}
),

node_names as (
    select distinct on (node_kind, node_id)
        node_kind,
        node_id,
        node_name
    from {{ ref('dim_nodes') }}
    order by node_kind asc, node_id asc, valid_from desc
),

tonight as (
    select
        certifications.kpi_id,
        certifications.node_kind,
        certifications.node_id,
        certifications.reason,
        certifications.reason_ru
    from {{ ref('int_certifications') }} as certifications
    inner join settings on certifications.as_of = settings.as_of
    where certifications.is_unavailable
),

judged as (
    select
        actuals.kpi_id,
        actuals.node_id,
        node_names.node_name,
        actuals.node_kind,
        actuals.period_kind,
        actuals.period_start,
        actuals.period_end,
        actuals.numerator,
        actuals.denominator,
        actuals.actual,
        actuals.rows_counted,
        actuals.lacking,
        kpis.direction,
        kpis.band_from,
        kpis.band_to,
        kpis.aggregation,
        kpis.over_time,
        targets.target,
        targets.target_version,
        targets.is_derived as is_target_derived,
        targets.plan_to_date,
        targets.threshold,
        targets.stretch,
        targets.capacity_left,
        actuals.period_end <= settings.as_of as is_closed,
        coalesce(certifications.is_withheld, false) or tonight.kpi_id is not null as is_withheld,
        coalesce(certifications.is_certified, false) and tonight.kpi_id is null as is_certified,
        coalesce(tonight.reason, certifications.reason) as reason,
        coalesce(tonight.reason_ru, certifications.reason_ru) as reason_ru
    from {{ ref('int_actuals') }} as actuals
    cross join settings
    inner join {{ source('company', 'kpis') }} as kpis on actuals.kpi_id = kpis.kpi_id
    inner join node_names
        on actuals.node_kind = node_names.node_kind and actuals.node_id = node_names.node_id
    left join {{ ref('int_targets') }} as targets
        on actuals.kpi_id = targets.kpi_id
        and actuals.node_kind = targets.node_kind
        and actuals.node_id = targets.node_id
        and actuals.period_kind = targets.period_kind
        and actuals.period_start = targets.period_start
    left join {{ ref('int_period_nights') }} as nights
        on actuals.period_kind = nights.period_kind and actuals.period_start = nights.period_start
    left join {{ ref('int_certifications') }} as certifications
        on actuals.kpi_id = certifications.kpi_id
        and actuals.node_kind = certifications.node_kind
        and actuals.node_id = certifications.node_id
        and nights.as_of = certifications.as_of
    left join tonight
        on actuals.kpi_id = tonight.kpi_id
        and actuals.node_kind = tonight.node_kind
        and actuals.node_id = tonight.node_id
),

shown as (
    select
        *,
        case when not is_withheld then numerator end as shown_numerator,
        case when not is_withheld then denominator end as shown_denominator,
        case when not is_withheld then actual end as shown_actual
    from judged
)

select
    kpi_id,
    node_id,
    node_name,
    node_kind,
    period_kind,
    period_start,
    period_end,
    shown_numerator as numerator,
    shown_denominator as denominator,
    shown_actual as actual,
    rows_counted,
    target,
    target_version,
    is_target_derived,
    plan_to_date,
    {{ attainment('shown_actual', 'target') }} as attainment,
    case
        when is_withheld then 'withheld'
        when target is null and direction <> 'band' then 'no target'
        when shown_actual is null then 'withheld'
        when is_closed and {{ is_reached('shown_actual', 'target') }} then 'reached'
        when is_closed then 'missed'
        when
            {{ is_reached('shown_actual', 'plan_to_date', 1 + var('on_plan_tolerance') | float) }}
            then 'ahead'
        when
            {{ is_reached('shown_actual', 'plan_to_date', 1 - var('on_plan_tolerance') | float) }}
            then 'on plan'
        else 'behind'
    end as status,
    case
        when is_withheld then reason
        when shown_actual is null and lacking is not null
            then 'It rests on what has no value here: ' || lacking || '.'
        when shown_actual is null then 'Nothing counted in this period: there is nothing to divide by.'
    end as withheld_reason,
    case
        when is_withheld then reason_ru
        when shown_actual is null and lacking is not null
            then 'Нет значения, на котором основан показатель: ' || lacking || '.'
        when shown_actual is null then 'В этом периоде нечего считать: делить не на что.'
    end as withheld_reason_ru,
    is_certified and shown_actual is not null as is_certified,
    threshold,
    stretch,
    case
        when direction = 'up' and shown_actual is not null
            then (greatest(target - shown_actual, 0) / nullif(capacity_left, 0))::numeric(38, 12)
    end as needed_per_day
from shown
