select
    period as value,
    title_{language} as title
from kpi.period_choices
order by position
