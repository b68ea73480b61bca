with versions as (
    select
        version_id,
        source,
        id,
        source_modified_at,
        is_deleted,
        record,
        as_of
    from {{ source('landed', 'csv_products') }}
    where as_of <= {{ as_of() }}
)

select
    {{ record_version_columns('product_id') }},
    record ->> 'name' as product_name,
    (record ->> 'list_price')::numeric as list_price
from versions
