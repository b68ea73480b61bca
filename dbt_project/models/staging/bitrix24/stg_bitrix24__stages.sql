{{ config(indexes=[]) }}

with statuses as (
    {{ landed_latest('bitrix24_crm_status', gone=true) }}
),

funnels as (
    {{ landed_latest('bitrix24_crm_deal_category', gone=true) }}
),

-- Funnels may have stages of the same name: they are one. A stage that is gone goes on to mean what it meant.
stages as (
    select
        statuses.source,
        statuses.record ->> 'NAME' as stage,
        bool_or(statuses.record ->> 'SEMANTICS' = 'S') as is_won,
        bool_or(statuses.record ->> 'SEMANTICS' = 'F') as is_lost,
        bool_and(statuses.is_deleted) as is_gone,
        min((funnels.record ->> 'sort')::integer) as funnel_sort,
        min((statuses.record ->> 'SORT')::integer) as sort,
        min(statuses.id::bigint) as id
    from statuses
    left join funnels
        on statuses.source = funnels.source
        and coalesce(nullif(substr(statuses.record ->> 'ENTITY_ID', 12), ''), '0') = funnels.id
    where statuses.record ->> 'ENTITY_ID' ~ '^DEAL_STAGE(_[0-9]+)?$'
    group by statuses.source, statuses.record ->> 'NAME'
),

kinds as (
    select
        source,
        stage,
        case when is_lost then 'lost' when is_won then 'won' else 'open' end as stage_kind,
        is_gone,
        funnel_sort,
        sort,
        id
    from stages
)

select
    source,
    stage,
    stage_kind,
    (
        row_number() over (
            partition by source
            order by array_position(array['open', 'won', 'lost'], stage_kind), is_gone, funnel_sort, sort, id
        )
    )::integer as position
from kinds
