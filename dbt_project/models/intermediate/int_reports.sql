{{ config(materialized='view') }}
-- One row per scorecard and night that reported something else than the nights before it.
select
    reports.kpi_id,
    reports.node_kind,
    reports.node_id,
    reports.period_kind,
    reports.period_start,
    reports.actual,
    reports.reported_as_of
from {{ reported_scorecards() }} as reports
