with versions as (
    {{ landed_versions('odoo_crm_team') }}
),

known as (
    select
        *,
        lead(as_of) over (partition by source, id order by as_of, version_id) as next_as_of
    from versions
),

-- A team has one target, for the month that it is: what each month's nights saw is that month's.
monthly as (
    select
        known.version_id,
        known.source,
        known.id || '-' || to_char(months.begins_on, 'YYYY-MM') as id,
        known.source_modified_at,
        known.is_deleted or coalesce((known.record ->> 'invoiced_target')::numeric, 0) = 0 as is_deleted,
        known.record,
        greatest(known.as_of, months.begins_on) as as_of,
        to_char(months.begins_on, 'YYYY-MM') as period_name
    from known
    cross join
        lateral (
            select month_start::date as begins_on
            from
                generate_series(
                    date_trunc('month', known.as_of::timestamp),
                    coalesce(known.next_as_of - 1, {{ as_of() }})::timestamp,
                    interval '1 month'
                ) as starts (month_start)
        ) as months
)

select
    monthly.version_id,
    monthly.source,
    monthly.id as source_record_id,
    monthly.source || ':' || monthly.id as target_id,
    monthly.as_of,
    monthly.is_deleted,
    monthly.source_modified_at,
    row_number() over (
        partition by monthly.source, monthly.id order by monthly.as_of desc, monthly.version_id desc
    ) = 1 as is_latest,
    'invoiced_sales' as kpi_id,
    coalesce(teams.node_id, monthly.record ->> 'name') as node_id,
    null::text as source_owner_id,
    monthly.period_name,
    'target' as level,
    (monthly.record ->> 'invoiced_target')::numeric as value,
    null::text as currency,
    null::numeric as source_version,
    null::date as decided_on
from monthly
left join {{ source('company', 'source_teams') }} as teams
    on monthly.source = teams.source and monthly.record ->> 'name' = teams.team
