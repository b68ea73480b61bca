create table floor.lines as
with latest as (
    select distinct on (source, id) source, id, is_deleted, record
    from landed.csv_lines
    order by source, id, as_of desc, version_id desc
)

select
    latest.source || ':' || latest.id as line_id,
    latest.source || ':' || (latest.record ->> 'deal_id') as deal_id,
    latest.source || ':' || (latest.record ->> 'product_id') as product_id,
    (latest.record ->> 'quantity')::numeric as quantity,
    (latest.record ->> 'list_price')::numeric as list_price,
    (latest.record ->> 'unit_price')::numeric as unit_price,
    (latest.record ->> 'unit_cost')::numeric as unit_cost
from latest
where not latest.is_deleted;

alter table floor.lines add primary key (line_id);
