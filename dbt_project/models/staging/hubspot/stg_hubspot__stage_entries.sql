with deals as (
    {{ landed_latest('hubspot_deals') }}
),

users as (
    {{ hubspot_users() }}
),

changes as (
    select
        deals.source,
        deals.id as deal_id,
        deals.version_id,
        deals.as_of,
        deals.is_deleted,
        deals.source_modified_at,
        change.content ->> 'value' as stage_id,
        change.content ->> 'updatedByUserId' as user_id,
        {{ hubspot_at('timestamp', 'change.content') }} as entered_at,
        change.place,
        lag(change.content ->> 'value') over (
            partition by deals.source, deals.id order by change.place
        ) as stage_before
    from deals
    cross join
        lateral jsonb_array_elements(deals.record -> 'dealstage_history')
        with ordinality as change (content, place)
),

-- To set a stage in which the deal is already is no entry. Of two changes in a millisecond the later stands.
entries as (
    select distinct on (source, deal_id, entered_at)
        *,
        deal_id || '-' || (extract(epoch from entered_at) * 1000)::bigint as entry_id
    from changes
    where stage_id is distinct from stage_before and stage_id is not null
    order by source asc, deal_id asc, entered_at asc, place desc
)

select
    {{ latest_columns('entries', 'stage_entry_id', 'entries.entry_id') }},
    entries.source || ':' || entries.deal_id as deal_id,
    coalesce(stages.stage, entries.stage_id) as stage,
    users.owner_id as source_actor_id,
    entries.entered_at,
    {{ local_day('entries.entered_at') }} as entered_on
from entries
left join {{ ref('stg_hubspot__deal_stages') }} as stages
    on entries.source = stages.source and entries.stage_id = stages.stage_id
left join users on entries.source = users.source and entries.user_id = users.user_id
