-- One row per target that a source holds and change of it: what it is for (null where it is for nothing that
-- can have a target), when it was decided, and when the next change took its place.
with settings as (
    select
        as_of,
        fiscal_year_start
    from {{ source('company', 'settings') }}
),

named_periods as (
    select
        periods.period_kind,
        periods.period_start,
        kinds.length,
        case periods.period_kind
            when 'week' then to_char(periods.period_start, 'IYYY-"W"IW')
            when 'month' then to_char(periods.period_start, 'YYYY-MM')
            -- A fiscal year is named by the calendar year in which it ends.
            else
                extract(year from fiscal.day_on) + (settings.fiscal_year_start > 1)::integer
                || case periods.period_kind when 'quarter' then to_char(fiscal.day_on, '"-Q"Q') else '' end
        end as period_name
    from {{ ref('int_periods') }} as periods
    inner join (values ('week', 1), ('month', 2), ('quarter', 3), ('year', 4)) as kinds (period_kind, length)
        on periods.period_kind = kinds.period_kind
    cross join settings
    cross join
        lateral (
            select periods.period_start - make_interval(months => settings.fiscal_year_start - 1) as day_on
        ) as fiscal
),

nodes as (
    select distinct node_id
    from {{ ref('dim_nodes') }}
),

-- Of several versions within one night the last stands.
nightly as (
    select distinct on (target_id, as_of) *
    from {{ staged('targets') }}
    order by target_id asc, as_of asc, version_id desc
),

recognised as (
    select
        targets.target_id,
        targets.source,
        targets.as_of,
        targets.version_id,
        targets.is_deleted,
        targets.kpi_id as kpi_name,
        coalesce(targets.node_id, targets.source_owner_id) as node_name,
        targets.period_name,
        targets.level as level_name,
        targets.value,
        targets.currency,
        targets.source_version,
        targets.decided_on,
        kpis.kpi_id,
        coalesce(nodes.node_id, people.person_id) as node_id,
        periods.period_kind,
        periods.period_start,
        levels.level,
        num_nulls(
            kpis.kpi_id,
            coalesce(nodes.node_id, people.person_id),
            periods.period_start,
            levels.level,
            targets.value
        ) = 0
        and not targets.is_deleted as is_usable
    from nightly as targets
    left join {{ source('company', 'kpis') }} as kpis
        on targets.kpi_id = kpis.kpi_id and kpis.direction <> 'band'
    left join nodes on targets.node_id = nodes.node_id
    left join {{ ref('int_person_ids') }} as people
        on targets.node_id is null
        and targets.source = people.source
        and targets.source_owner_id = people.source_person_id
    left join named_periods as periods
        on targets.period_name = periods.period_name
        and periods.length >= coalesce(kpis.shortest_period_length, 1)
    left join (values ('threshold'), ('target'), ('stretch')) as levels (level)
        on targets.level = levels.level
),

compared as (
    select
        *,
        lag(content) over nights as content_before
    from recognised
    cross join
        lateral (
            select
                jsonb_build_array(
                    is_usable, kpi_id, node_id, period_kind, period_start, level, value, currency,
                    source_version
                ) as content
        ) as contents
    window nights as (partition by target_id order by as_of)
),

-- A change that names no new day of its decision was decided on the night that saw it.
decided as (
    select
        *,
        case
            when decided_on > lag(decided_on, 1, '-infinity') over nights then decided_on
            else as_of
        end as effective_on
    from compared
    where content is distinct from content_before
    window nights as (partition by target_id order by as_of)
)

select
    target_id,
    source,
    version_id,
    not is_deleted and lead(target_id) over nights is null as is_there,
    kpi_name,
    node_name,
    period_name,
    level_name,
    kpi_id,
    node_id,
    period_kind,
    period_start,
    level,
    value,
    currency,
    source_version,
    is_usable,
    effective_on as decided_on,
    lead(effective_on) over nights as replaced_on
from decided
window nights as (partition by target_id order by as_of)
