select
    sources.source,
    kinds.record_kind,
    replace(sources.record_url, '{entity}', kinds.entity) as record_url
from {{ source('company', 'sources') }} as sources
cross join {{ ref('record_kinds') }} as kinds
