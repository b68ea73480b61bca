{{ config(materialized='view') }}

with failed_checks as (
    select
        run_id,
        array_agg(distinct gate || '.' || check_id order by gate || '.' || check_id) as failed_checks
    from {{ source('ops', 'check_results') }}
    where not is_passed
    group by run_id
)

select
    refreshes.run_id,
    refreshes.as_of,
    refreshes.run_at,
    refreshes.ended_at,
    refreshes.state,
    refreshes.reason,
    refreshes.data_until,
    coalesce(failed_checks.failed_checks, '{}') as failed_checks,
    refreshes.accepted_checks,
    refreshes.accepted_note,
    refreshes.accepted_by
from {{ source('ops', 'refreshes') }} as refreshes
left join failed_checks on refreshes.run_id = failed_checks.run_id
where refreshes.state <> 'running'
