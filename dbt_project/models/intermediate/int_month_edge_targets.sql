-- One row per KPI, level, edge of the org tree and month with a target, given or derived from the parent's: a
-- mover has a part under each parent of the month. The company has no parent.
with company_targets as (
    select
        kpi_id,
        level,
        node_id,
        month_start,
        own_target as target,
        own_version as target_version
    from {{ ref('int_month_claims') }}
    where node_kind = 'company' and own_target is not null
),

{{ cascade_targets('company_targets', 'region') }},

{{ cascade_targets('region_targets', 'team') }},

{{ cascade_targets('team_targets', 'person') }}

select
    kpi_id,
    level,
    'company' as node_kind,
    node_id,
    null as parent_id,
    month_start,
    target,
    target_version,
    false as is_derived
from company_targets
{% for node_kind in ['region', 'team', 'person'] -%}
union all
select
    kpi_id,
    level,
    '{{ node_kind }}' as node_kind,
    node_id,
    parent_id,
    month_start,
    target,
    target_version,
    is_derived
from {{ node_kind }}_parts
{% endfor -%}
