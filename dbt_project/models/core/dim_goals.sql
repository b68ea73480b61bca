select
    goal_id,
    parent_goal_id,
    kpi_id,
    title_en,
    title_ru,
    owner,
    relation,
    weight,
    sign,
    lag_months
from {{ source('company', 'goals') }}
