-- One row per deal and stretch of days in one open stage: from its entry to the next entry of the deal.
-- The last entry of a day stands for that day.
with entries as (
    select
        deal_id,
        source,
        stage,
        stage_kind,
        entered_on,
        lead(entered_on) over (partition by deal_id order by entered_at, stage_position) as left_on
    from {{ ref('fct_stage_entries') }}
    where entered_on is not null
)

select
    deal_id,
    source,
    stage,
    daterange(entered_on, left_on) as during
from entries
where stage_kind = 'open' and coalesce(entered_on < left_on, true)
