with chosen as (
    select
        periods.period_start,
        least(periods.period_end, nights.as_of) as last_on
    from kpi.period_choices as periods
    cross join (select max(as_of) as as_of from kpi.refreshes where state = 'published') as nights
    where periods.period = {{period}}
),

counted as (
    (
        select
            rows.record_kind,
            rows.record_id,
            rows.person_id,
            rows.event_on,
            rows.numerator,
            rows.denominator
        from chosen
        inner join kpi.kpi_rows as rows on rows.event_on between chosen.period_start and chosen.last_on
        inner join kpi.node_people as people
            on coalesce(rows.person_id, 'unassigned') = people.person_id
            and rows.event_on >= people.valid_from
            and rows.event_on < people.valid_to
        inner join kpi.dim_kpis as kpis on rows.kpi_id = kpis.kpi_id and kpis.over_time = 'flow'
        where rows.kpi_id = {{kpi}} and people.node_id = {{node}}
        order by rows.event_on desc
        limit 5000
    )
    union all
    (
        select
            rows.record_kind,
            rows.record_id,
            rows.person_id,
            rows.event_on,
            rows.numerator,
            rows.denominator
        from chosen
        inner join kpi.kpi_rows as rows
            on rows.event_on <= chosen.last_on and (rows.until_on > chosen.last_on or rows.until_on is null)
        inner join kpi.node_people as people
            on coalesce(rows.person_id, 'unassigned') = people.person_id
            and chosen.last_on >= people.valid_from
            and chosen.last_on < people.valid_to
        inner join kpi.dim_kpis as kpis on rows.kpi_id = kpis.kpi_id and kpis.over_time = 'balance'
        where rows.kpi_id = {{kpi}} and people.node_id = {{node}}
        order by rows.event_on desc
        limit 5000
    )
),

largest as (
    select *
    from counted
    order by abs(numerator) desc nulls first, event_on desc, record_id asc, person_id asc
    limit 200
)

select
    largest.event_on,
    coalesce(deals.deal_name, accounts.account_name, kinds.title_{language} || ' ' || largest.record_id) as record,
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
cross join (select unit from kpi.dim_kpis where kpi_id = {{kpi}}) as kpis
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
