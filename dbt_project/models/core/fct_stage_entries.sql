with recorded as (
    select
        entries.stage_entry_id,
        entries.source,
        entries.deal_id,
        entries.stage,
        entries.source_actor_id,
        entries.entered_at,
        entries.entered_on,
        false as is_assumed
    from {{ staged('stage_entries') }} as entries
    where entries.is_latest and not entries.is_deleted
),

-- A source without stage history: what the nights saw stands for it.
derived as (
    select
        observed.deal_id || '#' || coalesce(lower(observed.valid_during)::text, 'first') as stage_entry_id,
        deals.source,
        observed.deal_id,
        observed.stage,
        null::text as source_actor_id,
        coalesce(stages.stage_kind in ('won', 'lost'), false) as is_closing,
        deals.closed_at,
        deals.closed_on,
        deals.created_at,
        deals.created_on,
        lower(observed.valid_during) as seen_on,
        observed.is_assumed
    from {{ ref('int_deal_stages') }} as observed
    inner join {{ ref('int_deals') }} as deals on observed.deal_id = deals.deal_id
    left join {{ stages() }} as stages
        on deals.source = stages.source and observed.stage = stages.stage
    where
        deals.source not in (
            select entities.source
            from {{ source('company', 'source_entities') }} as entities
            where entities.entity = 'stage_entries'
        )
),

entries as (
    select
        stage_entry_id,
        source,
        deal_id,
        stage,
        source_actor_id,
        entered_at,
        entered_on,
        is_assumed
    from recorded
    union all
    select
        stage_entry_id,
        source,
        deal_id,
        stage,
        source_actor_id,
        case
            when is_closing then closed_at
            when is_assumed then created_at
            else seen_on::timestamp at time zone {{ time_zone() }}
        end as entered_at,
        case
            when is_closing then closed_on
            when is_assumed then created_on
            else seen_on
        end as entered_on,
        is_assumed
    from derived
)

select
    entries.stage_entry_id,
    entries.source,
    entries.deal_id,
    entries.stage,
    stages.stage_kind,
    stages.position as stage_position,
    entries.entered_at,
    entries.entered_on,
    actors.person_id as actor_id,
    entries.is_assumed
from entries
left join {{ stages() }} as stages
    on entries.source = stages.source and entries.stage = stages.stage
left join {{ ref('int_person_ids') }} as actors
    on entries.source = actors.source and entries.source_actor_id = actors.source_person_id
