-- One row per target that a source holds tonight and rule that it breaks. What a rule says stands in
-- issue_rules.
{{ config(materialized='view') }}

with targets as (
    select
        *,
        row_number() over (
            partition by kpi_id, node_id, period_kind, period_start, level, source_version, decided_on
            order by version_id desc
        ) as place
    from {{ ref('int_landed_targets') }}
    where is_there
)

select
    rules.rule_id,
    targets.target_id as record_id,
    targets.source,
    people.person_id,
    rules.found
from targets
cross join {{ source('company', 'settings') }} as settings
left join {{ ref('dim_people') }} as people on targets.node_id = people.person_id
left join {{ source('company', 'kpis') }} as kpis on targets.kpi_id = kpis.kpi_id
left join {{ ref('int_rates') }} as rates
    on coalesce(targets.currency, settings.currency) = rates.currency
    and rates.kind = 'plan'
    and rates.valid_during @> targets.period_start
cross join
    lateral (
        values
        ('target_kpi_unknown', targets.kpi_id is null, targets.kpi_name),
        ('target_node_unknown', targets.node_id is null, targets.node_name),
        ('target_period_unknown', targets.period_start is null, targets.period_name),
        ('target_level_unknown', targets.level is null, targets.level_name),
        ('target_without_value', targets.value is null, null),
        (
            'target_currency_unknown',
            kpis.unit = 'money' and targets.period_start is not null and rates.rate is null,
            targets.currency
        ),
        ('target_after_as_of', targets.decided_on > settings.as_of, targets.decided_on::text),
        ('target_twice', targets.is_usable and targets.place > 1, targets.period_name)
    ) as rules (rule_id, is_broken, found)
where rules.is_broken
