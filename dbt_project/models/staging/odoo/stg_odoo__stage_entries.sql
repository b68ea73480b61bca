with deals as (
    select
        source,
        source_record_id as id,
        version_id,
        as_of,
        source_modified_at,
        lead_id,
        stage,
        created_at,
        closed_at
    from {{ ref('stg_odoo__deals') }}
    where is_latest and not is_deleted
),

leads as (
    {{ landed_latest('odoo_crm_lead') }}
),

stages as (
    {{ landed_latest('odoo_crm_stage', gone=true) }}
),

changes as (
    select *
    from {{ ref('stg_odoo__changes') }}
    where model = 'crm.lead'
),

moves as (
    select
        changes.source,
        changes.record_id as deal_id,
        changes.change_id as id,
        changes.version_id,
        changes.as_of,
        changes.source_modified_at,
        changes.old_id,
        changes.new_id,
        changes.user_id,
        changes.changed_at
    from changes
    inner join deals on changes.source = deals.source and changes.record_id = deals.id
    where changes.field = 'stage_id' and changes.changed_at > deals.created_at
),

first_moves as (
    select distinct on (source, deal_id)
        source,
        deal_id,
        old_id
    from moves
    order by source, deal_id, changed_at, id::bigint
),

last_losses as (
    select distinct on (source, record_id)
        source,
        record_id as deal_id,
        user_id
    from changes
    where field = 'active' and new_id = '0'
    order by source asc, record_id asc, changed_at desc
),

-- A deal begins in the stage that its first change left, or in that in which it still is.
entries as (
    select
        moves.source,
        moves.id as entry_id,
        moves.version_id,
        moves.as_of,
        moves.source_modified_at,
        moves.deal_id,
        stages.record ->> 'name' as stage,
        moves.user_id,
        moves.changed_at as entered_at
    from moves
    left join stages on moves.source = stages.source and moves.new_id = stages.id
    union all
    select
        deals.source,
        'deal-' || deals.id as entry_id,
        deals.version_id,
        deals.as_of,
        deals.source_modified_at,
        deals.id as deal_id,
        stages.record ->> 'name' as stage,
        case when deals.lead_id is null then leads.record ->> 'create_uid' end as user_id,
        deals.created_at as entered_at
    from deals
    inner join leads on deals.source = leads.source and deals.id = leads.id
    left join first_moves on deals.source = first_moves.source and deals.id = first_moves.deal_id
    left join stages
        on deals.source = stages.source
        and coalesce(first_moves.old_id, leads.record ->> 'stage_id') = stages.id
    union all
    select
        deals.source,
        'lost-' || deals.id as entry_id,
        deals.version_id,
        deals.as_of,
        deals.source_modified_at,
        deals.id as deal_id,
        deals.stage,
        last_losses.user_id,
        deals.closed_at as entered_at
    from deals
    inner join leads on deals.source = leads.source and deals.id = leads.id
    left join last_losses on deals.source = last_losses.source and deals.id = last_losses.deal_id
    where {{ odoo_is_lost('leads.record') }}
)

select
    version_id,
    source,
    entry_id as source_record_id,
    source || ':' || entry_id as stage_entry_id,
    as_of,
    false as is_deleted,
    source_modified_at,
    true as is_latest,
    source || ':' || deal_id as deal_id,
    stage,
    user_id as source_actor_id,
    entered_at,
    {{ local_day('entered_at') }} as entered_on
from entries
