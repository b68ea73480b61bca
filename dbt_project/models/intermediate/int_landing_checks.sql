-- One row per source and what lands of it: what landed tonight beside what the last published night knew.
-- What is not steady may be empty, or shrink by a lot, and all is well.
select
    entities.source,
    entities.entity,
    coalesce(landings.is_complete, false) as is_complete,
    coalesce(landings.rows_read, 0) as rows_read,
    coalesce(landings.rows_rejected, 0) as rows_rejected,
    case
        when entities.is_steady or landings.records_alive > 0 then coalesce(landings.records_alive, 0)
    end as records_alive,
    published.records_alive as records_alive_before,
    (landings.rows_rejected::numeric / nullif(landings.rows_read, 0))::numeric(38, 12) as share_rejected,
    case
        when entities.is_steady
            then (landings.records_alive::numeric / nullif(published.records_alive, 0))::numeric(38, 12)
    end as share_of_before
from {{ source('company', 'source_landings') }} as entities
left join {{ source('ops', 'latest_landings') }} as landings
    on entities.source = landings.source and entities.entity = landings.entity
left join {{ source('ops', 'published_landings') }} as published
    on entities.source = published.source and entities.entity = published.entity
