-- A view, as the verdicts are that it sums up.
with tonight as (
    select
        verdicts.kpi_id,
        verdicts.node_id,
        verdicts.node_kind,
        verdicts.condition,
        verdicts.as_of,
        verdicts.dimension,
        verdicts.verdict,
        verdicts.reason,
        verdicts.reason_ru,
        verdicts.mend,
        verdicts.mend_ru,
        min(
            case verdicts.verdict
                when 'fail' then 1
                when 'warn' then 2
                when 'not enough data' then 3
                else 4
            end
        ) over (partition by verdicts.kpi_id, verdicts.node_id, verdicts.condition) as worst
    from {{ ref('kpi_verdicts') }} as verdicts
    inner join {{ source('company', 'settings') }} as settings on verdicts.as_of = settings.as_of
    where verdicts.is_decisive
),

judged as (
    select
        kpi_id,
        node_id,
        node_kind,
        condition,
        as_of,
        dimension,
        reason,
        reason_ru,
        mend,
        mend_ru,
        verdict,
        case worst
            when 1 then 'fail'
            when 2 then 'warn'
            when 3 then 'not enough data'
            else 'pass'
        end as condition_verdict
    from tonight
)

select
    kpi_id,
    node_id,
    condition,
    node_kind,
    as_of,
    condition_verdict as verdict,
    string_agg(reason, ' ' order by dimension) as reason,
    string_agg(reason_ru, ' ' order by dimension) as reason_ru,
    string_agg(mend, ' ' order by dimension) as mend,
    string_agg(mend_ru, ' ' order by dimension) as mend_ru
from judged
where verdict = condition_verdict
group by kpi_id, node_id, condition, node_kind, as_of, condition_verdict
