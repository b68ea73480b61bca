{{ config(indexes=[]) }}

-- A stage that is gone goes on to mean what it meant.
with stages as (
    select
        source,
        stage,
        min(stage_kind) as stage_kind,
        bool_and(is_gone) as is_gone,
        min(array[stage_order, pipeline_order]) as place
    from {{ ref('stg_hubspot__deal_stages') }}
    group by source, stage
)

select
    source,
    stage,
    stage_kind,
    (
        row_number() over (
            partition by source
            order by array_position(array['open', 'won', 'lost'], stage_kind), is_gone, place, stage
        )
    )::integer as position
from stages
