-- Who heads a node answers for its score of the whole period; on how many of its days is said beside it.
select
    tenures.person_id,
    scores.node_id,
    scores.period_kind,
    scores.period_start,
    scores.period_end,
    tenures.person_name,
    scores.node_kind,
    scores.node_name,
    tenures.days_as_head,
    tenures.days_acting,
    scores.weighted_attainment,
    scores.weighted_attainment_to_date,
    scores.weight_shown,
    scores.kpis_shown,
    scores.kpis_withheld,
    scores.kpis_without_target
from {{ ref('int_head_tenures') }} as tenures
inner join {{ ref('int_node_scores') }} as scores
    on tenures.node_id = scores.node_id
    and tenures.period_kind = scores.period_kind
    and tenures.period_start = scores.period_start
