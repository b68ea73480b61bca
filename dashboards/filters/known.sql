select
    value,
    title_{language} as title
from kpi.dim_labels
where topic = 'known'
order by position
