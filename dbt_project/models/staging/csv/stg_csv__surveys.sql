with versions as (
    select
        version_id,
        source,
        id,
        source_modified_at,
        is_deleted,
        record,
        as_of
    from {{ source('landed', 'csv_surveys') }}
    where as_of <= {{ as_of() }}
)

select
    {{ record_version_columns('survey_id') }},
    {{ foreign_id('account_id') }} as account_id,
    {{ foreign_id('deal_id') }} as deal_id,
    record ->> 'owner_id' as source_owner_id,
    (record ->> 'score')::numeric as score,
    {{ moment_at('answered_at') }} as answered_at,
    {{ moment_on('answered_at') }} as answered_on
from versions
