-- What a scorecard withholds is withheld here, too.
with judged as (
    select
        changes.kpi_id,
        changes.side,
        changes.node_id,
        changes.period_kind,
        changes.period_start,
        changes.period_end,
        changes.node_kind,
        changes.opening,
        changes.began,
        changes.ended,
        changes.transferred_in,
        changes.transferred_out,
        changes.closing,
        scorecards.kpi_id is null or scorecards.numerator is not null as is_shown
    from {{ ref('int_balance_changes') }} as changes
    left join {{ ref('scorecards') }} as scorecards
        on changes.kpi_id = scorecards.kpi_id
        and changes.node_id = scorecards.node_id
        and changes.period_kind = scorecards.period_kind
        and changes.period_start = scorecards.period_start
)

select
    kpi_id,
    side,
    node_id,
    period_kind,
    period_start,
    period_end,
    node_kind,
    case when is_shown then opening end as opening,
    case when is_shown then began end as began,
    case when is_shown then ended end as ended,
    case when is_shown then transferred_in end as transferred_in,
    case when is_shown then transferred_out end as transferred_out,
    case when is_shown then closing end as closing
from judged
