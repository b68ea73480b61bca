"""The statements that find what a night restates, in the order in which they are run.

They read `pg_temp.changed_<table>`, what changed in a table that was published: see publish.py beside this.
"""

#: KPIs of which people see a number: one that was never shown, or is no more, restates nothing.
KPIS_WITH_NUMBERS = """
    select kpis.kpi_id
    from kpi.dim_kpis as kpis
    cross join lateral (
        select from kpi.scorecards
        where scorecards.kpi_id = kpis.kpi_id and scorecards.actual is not null
        limit 1
    ) as numbers
"""

#: What the statements below work on. They are analyzed once filled, and scorecards are joined by one key, or
#: joins would be planned for a handful of rows where a bulk edit makes a million.
STAGES = """
    create temporary table restated (
        scorecard_key text, kpi_id text, node_id text, period_kind text, period_start date, period_end date,
        node_kind text, actual_before numeric, actual_after numeric, numerator_before numeric,
        numerator_after numeric, denominator_before numeric, denominator_after numeric, is_withholding boolean
    ) on commit drop;

    create temporary table recounted (
        is_after boolean, kpi_id text, record_kind text, record_id text, person_id text, is_balance boolean,
        counts_during daterange, counts_either_way_during datemultirange, numerator numeric,
        denominator numeric, is_revalued boolean
    ) on commit drop;

    create temporary table taken_back (
        kpi_id text, node_id text, period_kind text, period_start date
    ) on commit drop;
"""

#: A scorecard that comes or goes with rows counts as well, so that people's changes add up to the company's.
#: Without a number it is withheld, unless there is merely nothing to divide by, or to take the median of.
FIND_RESTATED = """
    insert into pg_temp.restated
    select
        concat_ws(
            ' ',
            coalesce((new).kpi_id, (old).kpi_id),
            coalesce((new).period_kind, (old).period_kind),
            coalesce((new).period_start, (old).period_start),
            coalesce((new).node_id, (old).node_id)
        ),
        coalesce((new).kpi_id, (old).kpi_id),
        coalesce((new).node_id, (old).node_id),
        coalesce((new).period_kind, (old).period_kind),
        coalesce((new).period_start, (old).period_start),
        coalesce((new).period_end, (old).period_end),
        coalesce((new).node_kind, (old).node_kind),
        (old).actual,
        (new).actual,
        (old).numerator,
        (new).numerator,
        (old).denominator,
        (new).denominator,
        coalesce(
            (old).status = 'withheld' and (old).numerator is null
            and (kpis.aggregation not in ('median', 'composite') or (old).rows_counted > 0),
            false
        ) <> coalesce(
            (new).status = 'withheld' and (new).numerator is null
            and (kpis.aggregation not in ('median', 'composite') or (new).rows_counted > 0),
            false
        )
    from pg_temp.changed_scorecards
    inner join kpi.dim_kpis as kpis on coalesce((new).kpi_id, (old).kpi_id) = kpis.kpi_id
    where
        coalesce((new).period_end, (old).period_end) <= %(shown)s
        and kpis.kpi_id = any(%(kpi_ids)s)
        and ((old).actual, (old).numerator, (old).denominator)
        is distinct from ((new).actual, (new).numerator, (new).denominator)
        and (
            ((old).kpi_id is not null and (new).kpi_id is not null)
            or coalesce((new).rows_counted, (old).rows_counted) > 0
        )
"""

#: A night that is published anew restates what people saw before its first time, and may take back what it
#: restated then.
RESTATE = """
    with merged as (
        merge into kpi.restatements as restatements
        using pg_temp.restated as restated
        on
            restatements.as_of = %(as_of)s
            and (restatements.kpi_id, restatements.node_id) = (restated.kpi_id, restated.node_id)
            and (restatements.period_kind, restatements.period_start)
            = (restated.period_kind, restated.period_start)
        when matched and
            (restatements.actual_before, restatements.numerator_before, restatements.denominator_before)
            is not distinct from (restated.actual_after, restated.numerator_after, restated.denominator_after)
            then delete
        when matched then update set
            actual_after = restated.actual_after,
            numerator_after = restated.numerator_after,
            denominator_after = restated.denominator_after
        when not matched then
            insert (
                as_of, kpi_id, node_id, period_kind, period_start, period_end, node_kind, actual_before,
                actual_after, numerator_before, numerator_after, denominator_before, denominator_after
            )
            values (
                %(as_of)s, restated.kpi_id, restated.node_id, restated.period_kind, restated.period_start,
                restated.period_end, restated.node_kind, restated.actual_before, restated.actual_after,
                restated.numerator_before, restated.numerator_after, restated.denominator_before,
                restated.denominator_after
            )
        returning
            merge_action() as action, restated.kpi_id, restated.node_id, restated.period_kind,
            restated.period_start
    )

    insert into pg_temp.taken_back
    select kpi_id, node_id, period_kind, period_start from merged where action = 'DELETE'
"""

#: Each row that changed, as it counted before and as it counts now. Rows count as in int_kpi_pieces: of a
#: ratio one that lacks a side counts for nothing. `revalued` are records whose facts changed in nothing but
#: their amounts at a rate. A record counts either way while it did before and does now, here or elsewhere; of
#: a flow, which counts once, the day does not matter.
FIND_RECOUNTED = """
    insert into pg_temp.recounted
    with sides as (
        select false as is_after, %(shown)s as known_on, (old).*
        from pg_temp.changed_kpi_rows
        where (old).kpi_id in (select restated.kpi_id from pg_temp.restated)
        union all
        select true as is_after, %(as_of)s as known_on, (new).*
        from pg_temp.changed_kpi_rows
        where (new).kpi_id in (select restated.kpi_id from pg_temp.restated)
    ),

    revalued as ({revalued}),

    counted as (
        select
            sides.*,
            kpis.aggregation,
            kpis.over_time = 'balance' as is_balance,
            case kpis.over_time
                when 'balance' then daterange(sides.event_on, sides.until_on)
                else daterange(sides.event_on, sides.event_on, '[]')
            end as counts_during,
            case kpis.over_time when 'balance' then daterange(sides.event_on, sides.until_on) else '(,)' end
            as matters_during
        from sides
        inner join kpi.dim_kpis as kpis on sides.kpi_id = kpis.kpi_id
        where sides.event_on between (select min(date_on) from kpi.dim_dates) and sides.known_on
    )

    select
        counted.is_after,
        counted.kpi_id,
        counted.record_kind,
        counted.record_id,
        coalesce(counted.person_id, 'unassigned'),
        counted.is_balance,
        counted.counts_during,
        range_agg(counted.matters_during) filter (where not counted.is_after) over record
        * range_agg(counted.matters_during) filter (where counted.is_after) over record,
        case
            when counted.aggregation = 'ratio' and counted.denominator is null then 0
            else coalesce(counted.numerator, 0)
        end,
        case
            when counted.aggregation = 'ratio' and counted.numerator is null then 0
            when counted.aggregation = 'ratio' then coalesce(counted.denominator, 0)
        end,
        revalued.record_id is not null
    from counted
    left join revalued
        on counted.record_kind = revalued.record_kind and counted.record_id = revalued.record_id
    window record as (partition by counted.kpi_id, counted.record_kind, counted.record_id)
"""

#: A flow counts on its day, a balance on the period's last day, each for the person and for the team of then.
NAME_RECORDS = """
    merge into kpi.restatement_records as records
    using (
        with periods as (
            select distinct kpi_id, period_kind, period_start, period_end
            from pg_temp.restated
        ),

        counted as (
            select
                recounted.*,
                periods.period_kind,
                periods.period_start,
                recounted.counts_either_way_during @> periods.period_end as counts_either_way,
                case
                    when recounted.is_balance then periods.period_end
                    else lower(recounted.counts_during)
                end as counted_on
            from pg_temp.recounted
            inner join periods
                on recounted.kpi_id = periods.kpi_id
                and case
                    when recounted.is_balance then recounted.counts_during @> periods.period_end
                    else lower(recounted.counts_during) between periods.period_start and periods.period_end
                end
        ),

        summed as (
            select
                restated.scorecard_key,
                counted.record_kind,
                counted.record_id,
                bool_or(counted.is_revalued) as is_revalued,
                bool_or(counted.counts_either_way) as counts_either_way,
                count(*) filter (where not counted.is_after) as rows_before,
                count(*) filter (where counted.is_after) as rows_after,
                coalesce(sum(counted.numerator) filter (where not counted.is_after), 0) as numerator_before,
                coalesce(sum(counted.numerator) filter (where counted.is_after), 0) as numerator_after,
                sum((not counted.is_after)::integer * counted.denominator) as denominator_before,
                sum(counted.is_after::integer * counted.denominator) as denominator_after
            from counted
            inner join build.int_person_teams as teams
                on counted.person_id = teams.person_id and teams.valid_during @> counted.counted_on
            cross join lateral (
                values (teams.person_id), (teams.team_id), (teams.region_id), (teams.company_id)
            ) as nodes (node_id)
            inner join pg_temp.restated
                on concat_ws(
                    ' ', counted.kpi_id, counted.period_kind, counted.period_start, nodes.node_id
                ) = restated.scorecard_key
            group by restated.scorecard_key, counted.record_kind, counted.record_id
        )

        select
            restated.kpi_id,
            restated.node_id,
            restated.period_kind,
            restated.period_start,
            summed.*,
            case
                when summed.is_revalued then 'revalued'
                when summed.rows_before > 0 and summed.rows_after > 0 then 'changed'
                when summed.counts_either_way then 'moved'
                when summed.rows_before > 0 then 'removed'
                else 'added'
            end as change
        from summed
        inner join pg_temp.restated on summed.scorecard_key = restated.scorecard_key
        where
            (summed.rows_before, summed.numerator_before, summed.denominator_before)
            is distinct from (summed.rows_after, summed.numerator_after, summed.denominator_after)
    ) as changed
    on
        records.as_of = %(as_of)s
        and (records.kpi_id, records.node_id, records.period_kind, records.period_start)
        = (changed.kpi_id, changed.node_id, changed.period_kind, changed.period_start)
        and (records.record_kind, records.record_id) = (changed.record_kind, changed.record_id)
    when matched
        and records.rows_before = records.rows_after + changed.rows_after - changed.rows_before
        and records.numerator_before
        = records.numerator_after + changed.numerator_after - changed.numerator_before
        and records.denominator_before is not distinct from
        records.denominator_after + changed.denominator_after - changed.denominator_before
        then delete
    when matched then update set
        change = case
            when records.rows_before > 0 and records.rows_after + changed.rows_after > changed.rows_before
                then 'changed'
            when 'moved' in (records.change, changed.change) then 'moved'
            when records.rows_before > 0 then 'removed'
            else 'added'
        end,
        rows_after = records.rows_after + changed.rows_after - changed.rows_before,
        numerator_after = records.numerator_after + changed.numerator_after - changed.numerator_before,
        denominator_after
            = records.denominator_after + changed.denominator_after - changed.denominator_before
    when not matched then
        insert (
            as_of, kpi_id, node_id, period_kind, period_start, record_kind, record_id, change, rows_before,
            rows_after, numerator_before, numerator_after, denominator_before, denominator_after
        )
        values (
            %(as_of)s, changed.kpi_id, changed.node_id, changed.period_kind, changed.period_start,
            changed.record_kind, changed.record_id, changed.change, changed.rows_before, changed.rows_after,
            changed.numerator_before, changed.numerator_after, changed.denominator_before,
            changed.denominator_after
        )
"""

#: The records of what is taken back go with it.
FORGET_RECORDS = """
    delete from kpi.restatement_records as records
    using pg_temp.taken_back
    where
        records.as_of = %(as_of)s
        and (records.kpi_id, records.node_id, records.period_kind, records.period_start)
        = (taken_back.kpi_id, taken_back.node_id, taken_back.period_kind, taken_back.period_start)
"""

NAME_CAUSES = """
    update kpi.restatements
    set cause = case
        when restated.is_withholding then 'withheld'
        when by_records.are_revalued then 'rates'
        when by_records.are_revalued is not null then 'records'
        when kpis.aggregation = 'composite' then 'components'
        when exists (
            select from pg_temp.changed_dim_kpis as changed
            where
                (changed.new).kpi_id = kpis.kpi_id
                and ((changed.old).formula, (changed.old).aggregation, (changed.old).over_time)
                is distinct from ((changed.new).formula, (changed.new).aggregation, (changed.new).over_time)
        ) then 'definition'
        else 'organisation'
    end
    from pg_temp.restated as restated
    inner join kpi.dim_kpis as kpis on restated.kpi_id = kpis.kpi_id
    cross join lateral (
        select bool_and(records.change = 'revalued') as are_revalued
        from kpi.restatement_records as records
        where
            records.as_of = %(as_of)s
            and (records.kpi_id, records.node_id, records.period_kind, records.period_start)
            = (restated.kpi_id, restated.node_id, restated.period_kind, restated.period_start)
    ) as by_records
    where
        restatements.as_of = %(as_of)s
        and (restatements.kpi_id, restatements.node_id, restatements.period_kind, restatements.period_start)
        = (restated.kpi_id, restated.node_id, restated.period_kind, restated.period_start)
"""
