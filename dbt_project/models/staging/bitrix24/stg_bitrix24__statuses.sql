{{ config(indexes=[]) }}

with statuses as (
    {{ landed_latest('bitrix24_crm_status', gone=true) }}
)

-- Stages of deals and of all else have codes; one that is gone goes on to mean what it meant.
select distinct on (source, record ->> 'ENTITY_ID', record ->> 'STATUS_ID')
    source,
    record ->> 'ENTITY_ID' as reference,
    record ->> 'STATUS_ID' as code,
    record ->> 'NAME' as status_name,
    record ->> 'SEMANTICS' as semantics
from statuses
order by source asc, record ->> 'ENTITY_ID' asc, record ->> 'STATUS_ID' asc, is_deleted asc, id::bigint desc
