-- A deal's first entry into a stage is booked on the day its window ends, whatever became of the deal, so
-- that a closed period stays closed. To come further is to enter a later open stage, or to be won.
with entries as (
    select
        entries.deal_id,
        entries.stage,
        entries.stage_kind,
        entries.stage_position,
        entries.entered_at,
        entries.entered_on,
        entries.actor_id
    from {{ ref('fct_stage_entries') }} as entries
    inner join {{ ref('fct_deals') }} as deals on entries.deal_id = deals.deal_id
),

first_entries as (
    select distinct on (deal_id, stage)
        deal_id,
        stage,
        stage_position,
        entered_at,
        entered_on,
        entered_on + {{ kpi_parameter('stage_conversion', 'window_days') }}::integer as window_ends_on,
        actor_id
    from entries
    where stage_kind = 'open'
    order by deal_id, stage, entered_at, stage_position
),

-- Of entries at the same moment the further one is the later one.
advanced as (
    select distinct
        first_entries.deal_id,
        first_entries.stage
    from first_entries
    inner join entries as later
        on first_entries.deal_id = later.deal_id
        and first_entries.stage_position < later.stage_position
        and first_entries.entered_at <= later.entered_at
        and first_entries.window_ends_on >= later.entered_on
    where later.stage_kind in ('open', 'won')
)

select
    first_entries.deal_id || '#' || first_entries.stage as event_id,
    'deal' as record_kind,
    first_entries.deal_id as record_id,
    owners.person_id,
    coalesce(first_entries.actor_id, owners.person_id) as actor_id,
    first_entries.window_ends_on as event_on,
    null::date as until_on,
    (advanced.deal_id is not null)::integer::numeric as numerator,
    1::numeric as denominator
from first_entries
left join advanced
    on first_entries.deal_id = advanced.deal_id and first_entries.stage = advanced.stage
left join {{ ref('int_deal_owners') }} as owners
    on first_entries.deal_id = owners.deal_id and owners.valid_during @> first_entries.entered_on
where first_entries.window_ends_on is null or first_entries.window_ends_on <= {{ as_of() }}
