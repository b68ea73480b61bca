-- A view, so that it tells of what the gates found after dbt had built, as of the moment of publishing.
{{ config(materialized='view') }}

with settings as (
    select as_of
    from {{ source('company', 'settings') }}
),

rejected as (
    select
        rejects.rule as rule_id,
        kinds.record_kind,
        rejects.source || ':' || coalesce(rejects.record_id, place.name) as record_id,
        rejects.source,
        place.name || ': ' || string_agg(
            coalesce(rejects.field || ' ', '') || rejects.found, '; ' order by rejects.field
        ) as found,
        min(rejects.expected) as expected
    from {{ source('ops', 'rejects') }} as rejects
    inner join settings on rejects.as_of = settings.as_of
    inner join {{ ref('record_kinds') }} as kinds on rejects.entity = kinds.entity
    cross join lateral (select rejects.file || ':' || rejects.line) as place (name)
    group by rejects.rule, kinds.record_kind, rejects.source, rejects.record_id, place.name
),

tonight as (
    select refreshes.run_id
    from {{ source('ops', 'refreshes') }} as refreshes
    inner join settings on refreshes.as_of = settings.as_of
    order by refreshes.run_at desc
    limit 1
),

checks as (
    select
        check_results.check_id as rule_id,
        'check' as record_kind,
        trim(check_results.gate || ' ' || check_results.subject) as record_id,
        check_results.severity as dimension,
        check_results.what_en,
        check_results.what_ru,
        check_results.mend_en,
        check_results.mend_ru
    from {{ source('ops', 'check_results') }} as check_results
    inner join tonight on check_results.run_id = tonight.run_id
    where not check_results.is_passed
),

issues as (
    select
        issues.rule_id,
        rules.record_kind,
        issues.record_id,
        issues.source,
        issues.person_id,
        issues.found,
        null::text as expected
    from {{ ref('int_record_issues') }} as issues
    inner join {{ ref('issue_rules') }} as rules on issues.rule_id = rules.rule_id
    union all
    select
        rule_id,
        record_kind,
        -- A record rejected twice for the same reason is told apart by its place.
        case
            when
                count(*) over (partition by record_kind, record_id, rule_id) > 1
                then record_id || ' at ' || found
            else record_id
        end as record_id,
        source,
        null as person_id,
        found,
        expected
    from rejected
)

select
    settings.as_of,
    issues.record_kind,
    issues.record_id,
    issues.rule_id,
    issues.source,
    issues.person_id,
    people.person_name as owner_name,
    rules.dimension,
    rules.what_en,
    rules.what_ru,
    rules.mend_en,
    rules.mend_ru,
    issues.found,
    issues.expected,
    replace(
        replace(sources.record_url, '{entity}', kinds.entity),
        '{id}', substr(issues.record_id, length(issues.source) + 2)
    ) as record_url
from issues
cross join settings
inner join {{ ref('issue_rules') }} as rules on issues.rule_id = rules.rule_id
inner join {{ ref('record_kinds') }} as kinds on issues.record_kind = kinds.record_kind
left join {{ ref('dim_people') }} as people on issues.person_id = people.person_id
left join {{ source('company', 'sources') }} as sources on issues.source = sources.source
union all
select
    settings.as_of,
    checks.record_kind,
    checks.record_id,
    checks.rule_id,
    null as source,
    null as person_id,
    null as owner_name,
    checks.dimension,
    checks.what_en,
    checks.what_ru,
    checks.mend_en,
    checks.mend_ru,
    null as found,
    null as expected,
    null as record_url
from checks
cross join settings
