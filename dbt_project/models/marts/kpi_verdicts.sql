with verdicts as (
    select
        kpi_id,
        node_id,
        condition,
        dimension,
        as_of,
        node_kind,
        estimate,
        lower,
        upper,
        n,
        threshold,
        verdict,
        reason,
        reason_ru
    from {{ source('ops', 'kpi_verdicts') }}
    union all
    select
        kpi_id,
        node_id,
        'measurable' as condition,
        dimension,
        as_of,
        node_kind,
        estimate,
        estimate as lower,
        estimate as upper,
        n,
        1 as threshold,
        verdict,
        reason,
        reason_ru
    from {{ ref('int_composite_verdicts') }}
)

select verdicts.*
from verdicts
inner join {{ source('company', 'settings') }} as settings on verdicts.as_of <= settings.as_of
