-- One row per composite KPI, node and night: as measurable as the KPIs that it rests on. It is withheld
-- where one of them is, and certified where all are; where no source gives one, none gives it.
with inputs as (
    select
        composite_inputs.kpi_id,
        verdicts.node_kind,
        verdicts.node_id,
        verdicts.as_of,
        kpis.title_en,
        kpis.title_ru,
        bool_or(verdicts.verdict = 'fail') as is_withheld,
        bool_or(verdicts.verdict = 'not enough data') as is_unproved,
        bool_or(verdicts.verdict = 'warn') as is_doubtful,
        bool_or(verdicts.dimension = 'availability') as is_unavailable,
        string_agg(verdicts.reason, ' ' order by verdicts.dimension) filter (
            where verdicts.verdict = 'fail'
        ) as reason,
        string_agg(verdicts.reason_ru, ' ' order by verdicts.dimension) filter (
            where verdicts.verdict = 'fail'
        ) as reason_ru,
        string_agg(verdicts.mend, ' ' order by verdicts.dimension) as mend,
        string_agg(verdicts.mend_ru, ' ' order by verdicts.dimension) as mend_ru
    from {{ source('company', 'composite_inputs') }} as composite_inputs
    inner join {{ source('company', 'kpis') }} as kpis on composite_inputs.input_kpi_id = kpis.kpi_id
    inner join {{ source('ops', 'kpi_verdicts') }} as verdicts
        on composite_inputs.input_kpi_id = verdicts.kpi_id
    inner join {{ ref('measurable_thresholds') }} as thresholds
        on verdicts.dimension = thresholds.dimension and thresholds.withholds
    where verdicts.condition = 'measurable'
    group by
        composite_inputs.kpi_id,
        verdicts.node_kind,
        verdicts.node_id,
        verdicts.as_of,
        kpis.kpi_id,
        kpis.title_en,
        kpis.title_ru
),

summed as (
    select
        kpi_id,
        node_kind,
        node_id,
        as_of,
        bool_or(is_unavailable) as is_unavailable,
        count(*) as n,
        (count(*) filter (where not is_withheld)::numeric / count(*))::numeric(38, 12) as estimate,
        case
            when bool_or(is_withheld) then 'fail'
            when bool_or(is_unproved) then 'not enough data'
            when bool_or(is_doubtful) then 'warn'
            else 'pass'
        end as verdict,
        string_agg('It rests on ' || title_en || ': ' || reason, ' ' order by title_en) as reason,
        string_agg(
            'Основан на показателе «' || title_ru || '»: ' || reason_ru, ' ' order by title_ru
        ) as reason_ru,
        string_agg(title_en, ', ' order by title_en) filter (where is_unproved) as unproved,
        string_agg('«' || title_ru || '»', ', ' order by title_ru) filter (where is_unproved) as unproved_ru,
        string_agg(title_en, ', ' order by title_en) filter (where is_doubtful) as doubtful,
        string_agg('«' || title_ru || '»', ', ' order by title_ru) filter (where is_doubtful) as doubtful_ru,
        string_agg(title_en || ': ' || mend, ' ' order by title_en) as mend,
        string_agg('«' || title_ru || '»: ' || mend_ru, ' ' order by title_ru) as mend_ru
    from inputs
    group by kpi_id, node_kind, node_id, as_of
)

select
    kpi_id,
    node_kind,
    node_id,
    as_of,
    case when is_unavailable then 'availability' else 'inputs' end as dimension,
    estimate,
    n,
    verdict,
    case verdict
        when 'fail' then reason
        when 'pass' then 'All of the ' || n || ' KPIs that it rests on are proved measurable.'
        when 'warn' then 'It is not certain that these KPIs are measurable: ' || doubtful || '.'
        else 'Too few rows are known to be sure of these KPIs: ' || unproved || '.'
    end as reason,
    case verdict
        when 'fail' then reason_ru
        when 'pass' then 'Все показатели, на которых он основан (' || n || '), измеримы.'
        when 'warn' then 'Неясно, измеримы ли показатели: ' || doubtful_ru || '.'
        else 'Слишком мало строк, чтобы быть уверенными в показателях: ' || unproved_ru || '.'
    end as reason_ru,
    case when verdict in ('fail', 'warn') then mend end as mend,
    case when verdict in ('fail', 'warn') then mend_ru end as mend_ru
from summed
