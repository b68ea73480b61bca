with chosen as (
    select
        periods.period_start,
        least(periods.period_end, nights.as_of) as last_on
    from kpi.period_choices as periods
    cross join (
        select max(as_of) as as_of from kpi.refreshes
        where state = 'published'
    ) as nights
    where periods.period = {{period}}
),

kpis as (
    select
        kpi_id,
        unit,
        over_time
    from kpi.dim_kpis
    where kpi_id = {{kpi}}
),

people as (
    select
        person_id,
        valid_from,
        valid_to
    from kpi.node_people
    where node_id = {{node}}
),

-- By person, so that nobody's many calls hide another's.
flowed as (
    select
        kpi_rows.record_kind,
        kpi_rows.record_id,
        kpi_rows.person_id,
        kpi_rows.event_on,
        kpi_rows.numerator,
        kpi_rows.denominator
    from chosen
    inner join kpis on kpis.over_time = 'flow'
    cross join people
    cross join lateral (
        (
            select
                kpi_rows.record_kind,
                kpi_rows.record_id,
                kpi_rows.person_id,
                kpi_rows.event_on,
                kpi_rows.numerator,
                kpi_rows.denominator
            from kpi.kpi_rows
            where
                kpi_rows.kpi_id = kpis.kpi_id
                and kpi_rows.person_id = people.person_id
                and kpi_rows.event_on >= greatest(chosen.period_start, people.valid_from)
                and kpi_rows.event_on <= least(chosen.last_on, people.valid_to - 1)
            order by kpi_rows.event_on desc
            limit 100
        )
        union all
        (
            select
                kpi_rows.record_kind,
                kpi_rows.record_id,
                kpi_rows.person_id,
                kpi_rows.event_on,
                kpi_rows.numerator,
                kpi_rows.denominator
            from kpi.kpi_rows
            where
                kpi_rows.kpi_id = kpis.kpi_id
                and kpi_rows.person_id is null and people.person_id = 'unassigned'
                and kpi_rows.event_on >= greatest(chosen.period_start, people.valid_from)
                and kpi_rows.event_on <= least(chosen.last_on, people.valid_to - 1)
            order by kpi_rows.event_on desc
            limit 100
        )
    ) as kpi_rows
),

balanced as materialized (
    select
        kpi_rows.record_kind,
        kpi_rows.record_id,
        kpi_rows.person_id,
        kpi_rows.event_on,
        kpi_rows.numerator,
        kpi_rows.denominator
    from chosen
    inner join kpis on kpis.over_time = 'balance'
    inner join kpi.kpi_rows
        on kpis.kpi_id = kpi_rows.kpi_id
        and coalesce(kpi_rows.until_on, 'infinity') > chosen.last_on
        and kpi_rows.event_on <= chosen.last_on
),

counted as (
    select
        record_kind,
        record_id,
        person_id,
        event_on,
        numerator,
        denominator
    from flowed
    union all
    select
        balanced.record_kind,
        balanced.record_id,
        balanced.person_id,
        balanced.event_on,
        balanced.numerator,
        balanced.denominator
    from chosen
    cross join balanced
    inner join people
        on coalesce(balanced.person_id, 'unassigned') = people.person_id
        and chosen.last_on >= people.valid_from
        and chosen.last_on < people.valid_to
),

largest as (
    select *
    from counted
    order by abs(numerator) desc nulls first, event_on desc, record_id asc, person_id asc
    limit 200
)

select
    largest.event_on,
    coalesce(deals.deal_name, accounts.account_name, kinds.title_{language} || ' ' || largest.record_id)
        as record,
    people.person_name as person,
    kpi.shown(
        largest.numerator, case kpis.unit when 'money' then 'money' else 'count' end, '{language}'
    ) as numerator,
    kpi.shown(largest.denominator, 'count', '{language}') as denominator,
    replace(
        records.record_url,
        '{id}',
        substr(largest.record_id, strpos(largest.record_id, ':') + 1)
    ) as record_url
from largest
cross join kpis
left join kpi.dim_labels as kinds on kinds.topic = 'record_kind' and largest.record_kind = kinds.value
left join kpi.fct_deals as deals on largest.record_kind = 'deal' and largest.record_id = deals.deal_id
left join kpi.dim_accounts as accounts
    on largest.record_kind = 'account' and largest.record_id = accounts.account_id
left join kpi.dim_people as people on largest.person_id = people.person_id
left join kpi.dim_record_kinds as records
    on largest.record_kind = records.record_kind and split_part(largest.record_id, ':', 1) = records.source
order by
    abs(largest.numerator) desc nulls first,
    largest.event_on desc,
    largest.record_id asc,
    largest.person_id asc
