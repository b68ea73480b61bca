-- One row per deal that is closed as known tonight: the first entry into the kind of stage, won or lost,
-- in which it still stands, and who made it. Without a recorded entry the deal's own closing date stands.
with deals as (
    select
        deal_id,
        closed_at,
        closed_on,
        stage_kind
    from {{ ref('int_deals') }}
    where stage_kind in ('won', 'lost')
),

entries as (
    select
        deals.deal_id,
        entries.entered_at,
        entries.entered_on,
        entries.actor_id,
        entries.stage_kind = deals.stage_kind as is_standing,
        -- Entries after the last one of another kind: zero of those are still to come.
        count(*) filter (where entries.stage_kind is distinct from deals.stage_kind) over (
            partition by deals.deal_id
            order by entries.entered_at desc, entries.stage_position desc
        ) as others_after
    from deals
    inner join {{ ref('fct_stage_entries') }} as entries on deals.deal_id = entries.deal_id
    where entries.entered_at is not null
),

standing as (
    select distinct on (deal_id)
        deal_id,
        entered_at,
        entered_on,
        actor_id
    from entries
    where is_standing and others_after = 0
    order by deal_id, entered_at
)

select
    deals.deal_id,
    deals.stage_kind,
    coalesce(standing.entered_at, deals.closed_at) as closed_at,
    coalesce(standing.entered_on, deals.closed_on) as closed_on,
    standing.actor_id
from deals
left join standing on deals.deal_id = standing.deal_id
