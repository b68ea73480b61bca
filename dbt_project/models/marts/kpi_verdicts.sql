select
    verdicts.kpi_id,
    verdicts.node_id,
    verdicts.condition,
    verdicts.dimension,
    verdicts.as_of,
    verdicts.node_kind,
    verdicts.estimate,
    verdicts.lower,
    verdicts.upper,
    verdicts.n,
    verdicts.threshold,
    verdicts.verdict,
    verdicts.reason,
    verdicts.reason_ru
from {{ source('ops', 'kpi_verdicts') }} as verdicts
inner join {{ source('company', 'settings') }} as settings on verdicts.as_of <= settings.as_of
