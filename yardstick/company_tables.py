"""Schema `company`: what the company edits, as tables that dbt reads."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import LiteralString

from psycopg import Connection, sql

from yardstick.company import Company, CsvSource, HubspotSource, Plan
from yardstick.company.calendar import calendar_days
from yardstick.company.currencies import minor_unit_digits
from yardstick.company.periods import period_of
from yardstick.definitions.cards import SHORTEST_PERIODS, Composite, Counted, Definition
from yardstick.definitions.files import counted_inputs

#: The calendar begins here; an event before it is taken for a mistake.
FIRST_DAY = date(2000, 1, 1)

Row = tuple[object, ...]

_COLUMNS: dict[str, LiteralString] = {
    "settings": "company_id text, company_name text, currency text, minor_unit integer, time_zone text, "
    "fiscal_year_start integer, as_of date, attainment_cap numeric, work_from time, work_to time, "
    "history_months integer",
    "org_edges": "node_id text, node_kind text, node_name text, parent_id text, valid_from date, "
    "valid_to date",
    "heads": "person_id text, person_name text, node_id text, role text, valid_from date, valid_to date",
    "people": "person_id text, person_name text, hired_on date, full_time_share numeric",
    "person_ids": "source text, source_person_id text, person_id text",
    "absences": "person_id text, first_on date, last_on date, note text",
    "targets": "kpi_id text, node_id text, period_kind text, period_start date, level text, value numeric, "
    "currency text, version integer, decided_on date, decided_by text, note text",
    "plan_policies": "kpi_id text, policy text",
    "plan_ramp": "months integer, share numeric, is_last boolean",
    "goals": "goal_id text, position integer, parent_goal_id text, kpi_id text, title_en text, "
    "title_ru text, owner text, relation text, weight numeric, sign integer, lag_months integer, "
    "score_weight numeric",
    "rates": "currency text, kind text, period_start date, period_end date, rate numeric",
    "ledger": "kpi_id text, node_id text, period_kind text, period_start date, period_end date, "
    "value numeric",
    "calendar": "date_on date, is_working_day boolean, holiday_name text",
    "kpis": "kpi_id text, title_en text, title_ru text, meaning_en text, meaning_ru text, formula text, "
    "expression text, unit text, direction text, band_from numeric, band_to numeric, aggregation text, "
    "over_time text, shortest_period text, "
    "shortest_period_length integer, timing text, owner text, counter_kpi_id text, worked_example_en text, "
    "worked_example_ru text",
    "kpi_inputs": "kpi_id text, entity text, field text",
    "composite_inputs": "kpi_id text, input_kpi_id text",
    "kpi_parameters": "kpi_id text, name text, value numeric",
    "kpi_thresholds": "kpi_id text, dimension text, threshold numeric",
    "sources": "source text, kind text, record_url text",
    "source_entities": "source text, entity text",
    "source_landings": "source text, entity text, is_steady boolean",
    "source_entity_landings": "source text, entity text, landed_entity text",
    "source_own_fields": "source text, entity text, field text, name text",
    "source_goals": "source text, goal text, kpi_id text",
    "source_teams": "source text, team text, node_id text",
    "source_fields": "source text, entity text, field text",
    "stages": "source text, stage text, stage_kind text, position integer",
}


def write_company_tables(
    connection: Connection, company: Company, definitions: Mapping[str, Definition], as_of: date
) -> None:
    """Put the company's configuration and the night's as-of into schema `company`, in one transaction."""
    contents = {**_company_rows(company, as_of), **_kpi_rows(definitions), **_source_rows(company)}
    contents |= _plan_rows(company.settings.plan, definitions)
    with connection.transaction():
        for table, columns in _COLUMNS.items():
            name = sql.Identifier("company", table)
            _ensure_table(connection, name, columns.split(", "))
            connection.execute(sql.SQL("delete from {}").format(name))
            names = sql.SQL(", ").join(sql.Identifier(column.split()[0]) for column in columns.split(", "))
            with connection.cursor().copy(sql.SQL("copy {} ({}) from stdin").format(name, names)) as copy:
                for row in contents[table]:
                    copy.write_row(row)
            connection.execute(sql.SQL("analyze {}").format(name))


def _ensure_table(connection: Connection, name: sql.Identifier, columns: Sequence[LiteralString]) -> None:
    """Create the table, or add the columns that an earlier version of Yardstick did not know."""
    connection.execute(sql.SQL("create table if not exists {} ()").format(name))
    added = sql.SQL(", ").join(sql.SQL("add column if not exists ") + sql.SQL(column) for column in columns)
    connection.execute(sql.SQL("alter table {} {}").format(name, added))


def calendar_end(as_of: date, fiscal_year_start: int) -> date:
    """Last day of the calendar: that of the fiscal year after the next one."""
    end = as_of
    for _ in range(3):
        end = period_of(end + timedelta(days=1), "year", fiscal_year_start).end
    return end


def _company_rows(company: Company, as_of: date) -> dict[str, Iterable[Row]]:
    settings = company.settings
    start = settings.fiscal_year_start
    targets = [(target, company.period(target.period)) for target in company.targets]
    rates = [(rate, company.period(rate.period)) for rate in company.rates]
    ledger = [(entry, company.period(entry.period)) for entry in company.ledger]
    return {
        "settings": [
            (
                settings.id,
                settings.name,
                settings.currency,
                minor_unit_digits(settings.currency),
                settings.time_zone,
                start,
                as_of,
                settings.attainment_cap,
                settings.working_hours.begin,
                settings.working_hours.end,
                settings.plan.history_months,
            )
        ],
        "org_edges": [
            (edge.node, edge.kind, edge.name, edge.parent, edge.valid_from, edge.valid_to)
            for edge in company.org_edges
        ],
        "heads": [
            (head.person, head.name, head.node, head.role, head.valid_from, head.valid_to)
            for head in company.heads
        ],
        "people": [
            (person.id, person.name, person.hired_on, person.full_time_share) for person in company.people
        ],
        "person_ids": [
            (person_id.source, person_id.id, person_id.person) for person_id in company.person_ids
        ],
        "absences": [
            (absence.person, absence.first_day, absence.last_day, absence.note)
            for absence in company.absences
        ],
        "targets": [
            (
                target.kpi,
                target.node,
                period.kind,
                period.start,
                target.level,
                target.value,
                target.currency,
                target.version,
                target.decided_on,
                target.decided_by,
                target.note,
            )
            for target, period in targets
        ],
        "goals": [
            (
                goal.id,
                position,
                goal.parent,
                goal.kpi,
                goal.title.en,
                goal.title.ru,
                goal.owner,
                goal.relation,
                goal.weight,
                goal.sign,
                goal.lag_months,
                goal.score_weight,
            )
            for position, goal in enumerate(company.goals, start=1)
        ],
        "rates": [(rate.currency, rate.kind, period.start, period.end, rate.rate) for rate, period in rates],
        "ledger": [
            (entry.kpi, entry.node, period.kind, period.start, period.end, entry.value)
            for entry, period in ledger
        ],
        "calendar": calendar_days(settings, FIRST_DAY, calendar_end(as_of, start)),
    }


def _kpi_rows(definitions: Mapping[str, Definition]) -> dict[str, Iterable[Row]]:
    counted = {kpi_id: card for kpi_id, card in definitions.items() if isinstance(card, Counted)}
    return {
        "kpis": [
            (
                kpi_id,
                card.title.en,
                card.title.ru,
                card.meaning.en,
                card.meaning.ru,
                card.formula,
                card.expression if isinstance(card, Composite) else None,
                card.unit,
                card.direction,
                card.band.lowest if card.band else None,
                card.band.highest if card.band else None,
                card.aggregation,
                card.over_time,
                card.shortest_period,
                SHORTEST_PERIODS.index(card.shortest_period) + 1,
                card.timing,
                card.owner,
                card.counter_kpi,
                card.worked_example.en,
                card.worked_example.ru,
            )
            for kpi_id, card in definitions.items()
        ],
        "kpi_inputs": [
            (kpi_id, *name.split(".")) for kpi_id, card in counted.items() for name in card.inputs
        ],
        "composite_inputs": [
            (kpi_id, name)
            for kpi_id in definitions.keys() - counted.keys()
            for name in counted_inputs(kpi_id, definitions)
        ],
        "kpi_parameters": [
            (kpi_id, name, value)
            for kpi_id, card in counted.items()
            for name, value in card.parameters.items()
        ],
        "kpi_thresholds": [
            (kpi_id, dimension, threshold)
            for kpi_id, card in counted.items()
            for dimension, threshold in card.thresholds.items()
        ],
    }


def _plan_rows(plan: Plan, definitions: Mapping[str, Definition]) -> dict[str, Iterable[Row]]:
    return {
        "plan_policies": [(kpi_id, plan.policy_of(kpi_id)) for kpi_id in definitions],
        "plan_ramp": [(month, share, month == len(plan.ramp) - 1) for month, share in enumerate(plan.ramp)],
    }


def _source_rows(company: Company) -> dict[str, Iterable[Row]]:
    sources = company.settings.sources
    return {
        "sources": [(source.name, source.kind, source.record_url) for source in sources],
        "source_entities": [(source.name, entity) for source in sources for entity in source.given_entities],
        "source_landings": [
            (source.name, landing.entity, landing.is_steady)
            for source in sources
            for landing in source.landings
        ],
        "source_fields": [
            (source.name, entity, field) for source in sources for entity, field in source.given_fields()
        ],
        "stages": [
            (source.name, stage, kind, position)
            for source in sources
            if source.stages is not None
            for position, (kind, stage) in enumerate(
                (
                    (kind, stage)
                    for kind in ("open", "won", "lost")
                    for stage in getattr(source.stages, kind, ())
                ),
                start=1,
            )
        ],
        "source_entity_landings": [
            (source.name, entity, source.landing_of(entity))
            for source in sources
            for entity in source.given_entities
        ],
        "source_own_fields": [
            (source.name, entity, field, name)
            for source in sources
            if not isinstance(source, CsvSource)
            for entity, fields in source.fields
            for field, name in fields
            if name is not None
        ],
        "source_goals": [
            (source.name, goal, kpi)
            for source in sources
            if isinstance(source, HubspotSource)
            for goal, kpi in source.goals.items()
        ],
        "source_teams": [
            (source.name, team, node)
            for source in sources
            if not isinstance(source, CsvSource)
            for team, node in source.teams.items()
        ],
    }
