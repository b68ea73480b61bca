{{ config(indexes=[]) }}

with stages as (
    {{ landed_latest('odoo_crm_stage', gone=true) }}
),

declared as (
    select
        source,
        stage
    from {{ source('company', 'stages') }}
    where stage_kind = 'lost'
),

-- Teams may have stages of the same name: they are one. A stage that is gone goes on to mean what it meant.
meant as (
    select
        stages.source,
        stages.record ->> 'name' as stage,
        bool_or(declared.stage is not null) as is_lost,
        bool_or((stages.record ->> 'is_won')::boolean) as is_won,
        bool_and(stages.is_deleted) as is_gone,
        min((stages.record ->> 'sequence')::integer) as sequence,
        min(stages.id::bigint) as id
    from stages
    left join declared on stages.source = declared.source and stages.record ->> 'name' = declared.stage
    group by stages.source, stages.record ->> 'name'
),

-- Odoo has no stage for deals that are marked as lost.
kinds as (
    select
        source,
        stage,
        case when is_lost or stage = 'Lost' then 'lost' when is_won then 'won' else 'open' end as stage_kind,
        is_gone,
        sequence,
        id
    from meant
    union all
    select
        sources.source,
        'Lost' as stage,
        'lost' as stage_kind,
        false as is_gone,
        null::integer as sequence,
        null::bigint as id
    from {{ source('company', 'sources') }} as sources
    where
        sources.kind = 'odoo'
        and sources.source not in (
            select meant.source
            from meant
            where meant.stage = 'Lost'
        )
)

select
    source,
    stage,
    stage_kind,
    (
        row_number() over (
            partition by source
            order by array_position(array['open', 'won', 'lost'], stage_kind), is_gone, sequence, id
        )
    )::integer as position
from kinds
