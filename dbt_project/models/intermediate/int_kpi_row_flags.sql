-- One row per KPI row of the testing window: who it is tested under, and in which dimension it fails. A flag
-- is null where the row cannot be tested.
with settings as (
    select
        as_of,
        {{ window_start('as_of') }} as window_start
    from {{ source('company', 'settings') }}
),

inputs as (
    select
        kpi_inputs.kpi_id,
        kpi_inputs.entity || '.' || kpi_inputs.field as field
    from {{ source('company', 'kpi_inputs') }} as kpi_inputs
),

-- What its records may break besides what the KPI reads.
kinds as (
    select
        kinds.record_kind,
        kinds.entity,
        coalesce(bool_or(rules.dimension = 'descriptive'), false) as is_described,
        coalesce(bool_or(rules.dimension = 'duplicates'), false) as is_compared
    from {{ ref('record_kinds') }} as kinds
    left join {{ ref('issue_rules') }} as rules on kinds.record_kind = rules.record_kind
    group by kinds.record_kind, kinds.entity
),

windowed as (
    select
        rows.kpi_id,
        rows.event_id,
        rows.record_kind,
        rows.record_id,
        rows.person_id,
        rows.event_on,
        split_part(rows.record_id, ':', 1) as source,
        case when kpis.unit = 'money' then abs(rows.numerator) end as amount,
        rows.person_id is null
        or rows.event_on is null
        or rows.numerator is null
        or (kpis.aggregation = 'ratio' and rows.denominator is null) as is_incomplete,
        case
            when kpis.over_time = 'balance'
                then least(coalesce(rows.until_on - 1, settings.as_of), settings.as_of)
            else least(coalesce(rows.event_on, settings.as_of), settings.as_of)
        end as tested_on
    from {{ ref('kpi_rows') }} as rows
    inner join {{ source('company', 'kpis') }} as kpis on rows.kpi_id = kpis.kpi_id
    cross join settings
    where
        rows.event_on is null
        or (kpis.over_time = 'flow' and rows.event_on >= settings.window_start)
        or (kpis.over_time = 'balance' and coalesce(rows.until_on > settings.window_start, true))
),

invalid as (
    select distinct
        inputs.kpi_id,
        rules.record_kind,
        issues.record_id
    from {{ ref('int_record_issues') }} as issues
    inner join {{ ref('issue_rules') }} as rules
        on issues.rule_id = rules.rule_id and rules.dimension = 'validity'
    inner join inputs on inputs.field = any(string_to_array(rules.fields, ' '))
),

-- A KPI's rows are cut by whatever their records say, whether the KPI reads it or not.
doubtful as (
    select
        rules.record_kind,
        issues.record_id,
        bool_or(rules.dimension = 'descriptive') as is_undescribed,
        bool_or(rules.dimension = 'duplicates') as is_suspected
    from {{ ref('int_record_issues') }} as issues
    inner join {{ ref('issue_rules') }} as rules
        on issues.rule_id = rules.rule_id and rules.dimension in ('descriptive', 'duplicates')
    group by rules.record_kind, issues.record_id
),

duplicated as (
    select distinct
        kinds.record_kind,
        rejects.source || ':' || rejects.record_id as record_id
    from {{ source('ops', 'rejects') }} as rejects
    inner join settings on rejects.as_of = settings.as_of
    inner join kinds on rejects.entity = kinds.entity
    where rejects.rule = 'duplicate_id'
),

misread as (
    select distinct
        inputs.kpi_id,
        date_orders.source
    from {{ ref('int_date_orders') }} as date_orders
    inner join inputs on date_orders.field = inputs.field
    where date_orders.is_wrong
),

-- Materialized, since of a join with the stretches in a team a few rows only would be expected, and nested
-- loops planned for all that is joined to these.
flagged as materialized (
    select
        windowed.kpi_id,
        windowed.event_id,
        coalesce(windowed.person_id, {{ unassigned('person') }}) as person_id,
        windowed.tested_on,
        windowed.amount,
        windowed.is_incomplete,
        invalid.record_id is not null as is_invalid,
        duplicated.record_id is not null as is_duplicated,
        misread.source is not null as is_misread,
        case when kinds.is_described then coalesce(doubtful.is_undescribed, false) end as is_undescribed,
        case when kinds.is_compared then coalesce(doubtful.is_suspected, false) end as is_suspected,
        sights.is_late as is_seen_late
    from windowed
    left join kinds on windowed.record_kind = kinds.record_kind
    left join invalid
        on windowed.kpi_id = invalid.kpi_id
        and windowed.record_kind = invalid.record_kind
        and windowed.record_id = invalid.record_id
    left join doubtful
        on windowed.record_kind = doubtful.record_kind and windowed.record_id = doubtful.record_id
    left join duplicated
        on windowed.record_kind = duplicated.record_kind and windowed.record_id = duplicated.record_id
    left join misread on windowed.kpi_id = misread.kpi_id and windowed.source = misread.source
    left join {{ ref('int_record_sights') }} as sights
        on windowed.record_kind = sights.record_kind
        and windowed.record_id = sights.record_id
        and windowed.event_on = sights.event_on
)

select
    flagged.kpi_id,
    flagged.event_id,
    flagged.person_id,
    teams.team_id,
    teams.region_id,
    teams.company_id,
    flagged.amount,
    flagged.is_incomplete,
    flagged.is_invalid,
    flagged.is_duplicated,
    flagged.is_misread,
    teams.team_id = {{ unassigned('team') }} as is_unattributed,
    flagged.is_undescribed,
    flagged.is_suspected,
    flagged.is_seen_late
from flagged
inner join {{ ref('int_person_teams') }} as teams
    on flagged.person_id = teams.person_id and teams.valid_during @> flagged.tested_on
