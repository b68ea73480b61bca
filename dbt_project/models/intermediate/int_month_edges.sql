-- One row per edge of the org tree and month, and per planned month of the company: what the people under it
-- can give. A person who moves within the month has an edge to either team.
with by_person as (
    select
        person_id,
        team_id,
        region_id,
        company_id,
        month_start,
        sum(person_days) as person_days,
        sum(present_days) as present_days,
        sum(capacity_with_leave) as capacity_with_leave,
        sum(capacity) as capacity,
        coalesce(
            sum(capacity) / nullif(sum(sum(capacity)) over (partition by person_id, month_start), 0), 0
        ) as people
    from {{ ref('int_capacity') }}
    group by person_id, team_id, region_id, company_id, month_start
),

edges as (
    select
        edges.node_kind,
        edges.node_id,
        edges.parent_id,
        by_person.month_start,
        sum(by_person.person_days) as person_days,
        sum(by_person.present_days) as present_days,
        sum(by_person.capacity_with_leave) as capacity_with_leave,
        sum(by_person.capacity) as capacity,
        sum(by_person.people) as people
    from by_person
    cross join
        lateral (
            values
            ('person', by_person.person_id, by_person.team_id),
            ('team', by_person.team_id, by_person.region_id),
            ('region', by_person.region_id, by_person.company_id),
            ('company', by_person.company_id, null)
        ) as edges (node_kind, node_id, parent_id)
    group by edges.node_kind, edges.node_id, edges.parent_id, by_person.month_start
    union all
    -- The company is there, whoever is.
    select
        'company' as node_kind,
        settings.company_id as node_id,
        null as parent_id,
        periods.period_start as month_start,
        0 as person_days,
        0 as present_days,
        0 as capacity_with_leave,
        0 as capacity,
        0 as people
    from {{ ref('int_periods') }} as periods
    cross join {{ source('company', 'settings') }} as settings
    where
        periods.period_kind = 'month'
        and {{ is_planned('periods.period_start') }}
        and periods.period_start not in (select by_person.month_start from by_person)
),

running as (
    select
        *,
        sum(capacity) over months as capacity_in_all,
        sum(capacity) over months_so_far as capacity_through,
        sum(person_days) over months as days_in_all,
        sum(person_days) over months_so_far as days_through
    from edges
    window
        months as (partition by node_kind, node_id, month_start),
        months_so_far as (partition by node_kind, node_id, month_start order by parent_id)
)

select
    running.node_kind,
    running.node_id,
    running.parent_id,
    running.month_start,
    dates.year_start,
    running.person_days,
    running.capacity_with_leave,
    running.capacity,
    running.people,
    case
        when running.capacity_in_all > 0
            then (running.capacity_through - running.capacity) / running.capacity_in_all
        else coalesce((running.days_through - running.person_days) / nullif(running.days_in_all, 0), 0)
    end as share_from,
    case
        when running.capacity_in_all > 0 then running.capacity_through / running.capacity_in_all
        else coalesce(running.days_through / nullif(running.days_in_all, 0), 1)
    end as share_to,
    case
        when running.node_kind = 'person' then running.present_days::numeric / nullif(months.working_days, 0)
        when running.capacity_in_all > 0 then running.capacity / running.capacity_in_all
        else 0
    end as presence
from running
inner join {{ ref('dim_dates') }} as dates on running.month_start = dates.date_on
inner join {{ ref('int_periods') }} as months
    on months.period_kind = 'month' and running.month_start = months.period_start
