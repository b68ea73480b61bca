-- One row per KPI, node and month with a target, given or derived from the parent's.
with kpis as (
    select
        kpis.kpi_id,
        {{ adds_up('kpis') }} as is_shared,
        {{ target_decimals('kpis', 'settings') }} as decimals
    from {{ source('company', 'kpis') }} as kpis
    cross join {{ source('company', 'settings') }} as settings
),

company_targets as (
    select
        given.kpi_id,
        'company' as node_kind,
        given.node_id,
        given.month_start,
        given.target,
        given.target_version,
        false as is_derived
    from {{ ref('int_month_targets_given') }} as given
    inner join {{ source('company', 'settings') }} as settings on given.node_id = settings.company_id
),

{{ cascade_targets('company_targets', 'region') }},

{{ cascade_targets('region_targets', 'team') }},

{{ cascade_targets('team_targets', 'person') }}

{% for node_kind in ['company', 'region', 'team', 'person'] -%}
select
    kpi_id,
    node_kind,
    node_id,
    month_start,
    target,
    target_version,
    is_derived
from {{ node_kind }}_targets
{% if not loop.last -%}
union all
{% endif -%}
{%- endfor %}
