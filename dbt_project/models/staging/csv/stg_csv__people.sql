with versions as (
    select
        version_id,
        source,
        id,
        source_modified_at,
        is_deleted,
        record,
        as_of
    from {{ source('landed', 'csv_people') }}
    where as_of <= {{ as_of() }}
)

select
    {{ record_version_columns('person_source_id') }},
    record ->> 'name' as person_name,
    record ->> 'team' as team_name,
    record ->> 'region' as region_name
from versions
