select
    node_id as person_id,
    period_kind,
    period_start,
    period_end,
    node_name as person_name,
    weighted_attainment,
    weighted_attainment_to_date,
    weight_shown,
    kpis_shown,
    kpis_withheld,
    kpis_without_target
from {{ ref('int_node_scores') }}
where node_kind = 'person'
