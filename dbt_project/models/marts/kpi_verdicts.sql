-- A view: marts rest on what it says of "measurable"; what it says of other conditions rests on marts. It is
-- complete when the night is published.
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
        test_version,
        is_decisive,
        verdict,
        reason,
        reason_ru,
        mend,
        mend_ru
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
        1::numeric(38, 12) as threshold,
        1 as test_version,
        true as is_decisive,
        verdict,
        reason,
        reason_ru,
        mend,
        mend_ru
    from {{ ref('int_composite_verdicts') }}
)

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
    verdicts.test_version,
    verdicts.is_decisive,
    verdicts.verdict,
    verdicts.reason,
    verdicts.reason_ru,
    verdicts.mend,
    verdicts.mend_ru
from verdicts
inner join {{ source('company', 'settings') }} as settings on verdicts.as_of <= settings.as_of
