select
    value,
    title_{language} as title
from kpi.dim_labels
where topic = 'comparison'
order by position
