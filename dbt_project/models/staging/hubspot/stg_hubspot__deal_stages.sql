{{ config(indexes=[]) }}

with stages as (
    {{ landed_latest('hubspot_deal_stages', gone=true) }}
),

-- A stage that closes a deal wins it where its chance is 1, and loses it where it is 0.
meant as (
    select
        source,
        id as stage_id,
        is_deleted as is_gone,
        record ->> 'label' as label,
        record -> 'pipeline' ->> 'label' as pipeline,
        (record -> 'pipeline' ->> 'displayOrder')::integer as pipeline_order,
        (record ->> 'displayOrder')::integer as stage_order,
        case
            when record -> 'metadata' ->> 'isClosed' = 'false' then 'open'
            when (record -> 'metadata' ->> 'probability')::numeric = 1 then 'won'
            when (record -> 'metadata' ->> 'probability')::numeric = 0 then 'lost'
            else 'open'
        end as stage_kind
    from stages
),

compared as (
    select
        *,
        min(stage_kind) over labels = max(stage_kind) over labels as means_one_thing
    from meant
    window labels as (partition by source, label)
)

-- Stages of several pipelines are one where they are called and mean the same.
select
    source,
    stage_id,
    is_gone,
    stage_kind,
    pipeline_order,
    stage_order,
    case when means_one_thing then label else label || ' (' || pipeline || ')' end as stage
from compared
