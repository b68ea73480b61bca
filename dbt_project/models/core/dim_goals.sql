select
    goal_id,
    position,
    parent_goal_id,
    kpi_id,
    title_en,
    title_ru,
    owner,
    relation,
    weight,
    sign,
    lag_months,
    score_weight
from {{ source('company', 'goals') }}
