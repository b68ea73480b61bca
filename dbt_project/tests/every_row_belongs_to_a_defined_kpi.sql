-- Rows of a KPI without a definition would count nowhere and be missed by no one.
select kpi_rows.kpi_id
from (select distinct kpi_id from {{ ref('kpi_rows') }}) as kpi_rows
left join {{ ref('dim_kpis') }} as dim_kpis on kpi_rows.kpi_id = dim_kpis.kpi_id
where dim_kpis.kpi_id is null
