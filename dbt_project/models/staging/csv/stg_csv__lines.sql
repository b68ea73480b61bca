with versions as (
    select
        version_id,
        source,
        id,
        source_modified_at,
        is_deleted,
        record,
        as_of
    from {{ source('landed', 'csv_lines') }}
    where as_of <= {{ as_of() }}
)

select
    {{ record_version_columns('line_id') }},
    {{ foreign_id('deal_id') }} as deal_id,
    {{ foreign_id('product_id') }} as product_id,
    (record ->> 'quantity')::numeric as quantity,
    (record ->> 'list_price')::numeric as list_price,
    (record ->> 'unit_price')::numeric as unit_price,
    (record ->> 'unit_cost')::numeric as unit_cost
from versions
