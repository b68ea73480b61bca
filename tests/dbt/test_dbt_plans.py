"""What holds of any plan: whoever moves, works part time or is on leave, and whatever it is shared by."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from compiled_models import CompiledModels, begin_anew
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from yardstick.company import Company, load_company
from yardstick.company_tables import write_company_tables
from yardstick.definitions.files import load_definitions
from yardstick.server.embedded import Role
from yardstick.warehouse import connect

AS_OF = date(2025, 5, 14)
PEOPLE = ("ada", "ben", "cleo", "dan")
TEAMS = {"red": "north", "blue": "north", "green": "south"}
COMPANY_YML = """\
id: plans
name: Plans
currency: EUR
time_zone: Europe/Berlin
country: DE
sources:
  - name: crm
    kind: csv
    folder: crm
    date_format: "%Y-%m-%d"
    stages: {{open: [Open], won: [Won], lost: [Lost]}}
    entities:
      deals:
        file: deals.csv
        fields:
          {{id: id, owner_id: owner, stage: stage, amount: amount, created_at: created, closed_at: closed}}
plan: {{policy: {policy}, ramp: [0, 0.5, 1]}}
"""
GOALS_YML = """\
goals:
  - {id: revenue, title: {en: Sell more, ru: Продавать больше}, kpi: bookings, owner: Ada}
"""
ORG_HEADER = "node,kind,name,parent,valid_from,valid_to,hired_on,full_time_share,crm_ids"
TARGETS_HEADER = "kpi,node,period,level,value,currency,version,decided_on,decided_by,note"

#: Nodes whose months, quarters or years do not sum to the company's, where it alone was given a target.
SUMS_THAT_DIFFER = """
    select targets.period_kind, targets.period_start, targets.node_kind, sum(targets.target), company.target
    from build.int_targets as targets
    inner join build.int_targets as company using (kpi_id, period_kind, period_start)
    where kpi_id = 'bookings' and company.node_kind = 'company' and targets.period_kind <> 'week'
    group by targets.period_kind, targets.period_start, targets.node_kind, company.target
    having sum(targets.target) <> company.target
"""
#: What is due of a period can be no more than its target, and is all of it when it is over.
DUE_WRONGLY = """
    select *
    from build.int_targets
    where plan_to_date not between 0 and target + 0.01
        or (period_start + interval '1 year' <= date '2025-05-14' and plan_to_date <> target)
"""


@dataclass(frozen=True)
class Plan:
    """By what is shared, who is where and when, what was given, and who won what in the year before."""

    policy: str
    people: list[str]
    absences: list[str]
    targets: list[str]
    won: dict[str, list[tuple[date, int]]]


days = st.integers(1, 364).map(lambda number: date(2025, 1, 1) + timedelta(number))
amounts = st.integers(0, 99_999_999).map(lambda cents: Decimal(cents) / 100)


@st.composite
def people(draw: st.DrawFn) -> list[str]:
    """The rows of org.csv of everyone: teams in turn, perhaps part time, perhaps new."""
    rows = []
    for person in PEOPLE:
        moves = sorted(draw(st.lists(days, max_size=2, unique=True)))
        starts = [draw(st.sampled_from((None, date(2024, 11, 7)))), *moves]
        share = draw(st.sampled_from(("", "1", "0.8", "0.33")))
        for start, end in zip(starts, [*moves, None], strict=True):
            team = draw(st.sampled_from(tuple(TEAMS)))
            hired = starts[0] or ""
            rows.append(f"{person},person,,{team},{start or ''},{end or ''},{hired},{share},crm:{person}")
            share = hired = ""
    return rows


@st.composite
def absences(draw: st.DrawFn) -> list[str]:
    """Up to five leaves, some of months, some at the same time."""
    first_days = draw(st.lists(days, max_size=5))
    return [
        f"{draw(st.sampled_from(PEOPLE))},{first},{first + timedelta(draw(st.integers(0, 90)))},"
        for first in first_days
    ]


@st.composite
def plans(draw: st.DrawFn, own: bool) -> Plan:
    """A plan of the company, and if `own` is true perhaps of nodes below it."""
    quarter = draw(amounts)
    given = {("plans", "2025"): quarter + draw(amounts), ("plans", "2025-Q2"): quarter}
    if own:
        nodes = st.sampled_from((*PEOPLE, *TEAMS, "north", "south"))
        periods = st.sampled_from(("2025", "2025-Q1", "2025-Q3", "2025-02", "2025-08"))
        given |= draw(st.dictionaries(st.tuples(nodes, periods), amounts, max_size=4))
    rows = [
        f"bookings,{node},{period},target,{value},EUR,1,2024-12-01,Ada,"
        for (node, period), value in given.items()
    ]
    months = [date(2024, month, 15) for month in range(1, 13)]
    won = {person: [(day, draw(st.integers(0, 9999))) for day in months] for person in PEOPLE}
    policy = draw(st.sampled_from(("capacity", "equal", "history_share")))
    return Plan(policy, draw(people()), draw(absences()), rows, won)


@pytest.fixture(scope="module")
def models(built: Company) -> CompiledModels:
    with connect(built, Role.OWNER) as connection:
        return CompiledModels(built, connection)


class Planner:
    """Builds the warehouse of one plan after another, each in a transaction that is taken back."""

    def __init__(self, connection: psycopg.Connection, folder: Path, models: CompiledModels) -> None:
        self.connection, self.folder, self.models = connection, folder, models

    def build(self, plan: Plan) -> "Planner":
        begin_anew(self.connection)
        write_company_tables(self.connection, self._company(plan), load_definitions(), AS_OF)
        self.connection.execute("delete from raw_crm.deals")
        for person, deals in plan.won.items():
            for day, amount in deals:
                record = {"id": f"{person}{day}", "owner_id": person, "stage": "Won", "amount": amount}
                moments = {"created_at": day.isoformat(), "closed_at": day.isoformat(), "extra": {}}
                self.connection.execute(
                    "insert into raw_crm.deals (id, is_deleted, record, content_hash, as_of) "
                    "values (%s, false, %s, %s, %s)",
                    [record["id"], Jsonb(record | moments), uuid.uuid4(), AS_OF],
                )
        self.models.rebuild(self.connection)
        return self

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(query).fetchall()

    def _company(self, plan: Plan) -> Company:
        org = [f"{region},region,,plans,,,,," for region in dict.fromkeys(TEAMS.values())]
        org += [f"{team},team,,{region},,,,," for team, region in TEAMS.items()]
        files = {
            "company.yml": COMPANY_YML.format(policy=plan.policy),
            "goals.yml": GOALS_YML,
            "org.csv": "\n".join([ORG_HEADER, *org, *plan.people, ""]),
            "targets.csv": "\n".join([TARGETS_HEADER, *plan.targets, ""]),
            "absences.csv": "\n".join(["person,first_day,last_day,note", *plan.absences, ""]),
            "rates.csv": "currency,kind,period,rate\n",
        }
        for name, text in files.items():
            (self.folder / name).write_text(text, encoding="utf-8")
        return load_company(self.folder, needs_exports=False)


@pytest.fixture
def planner(warehouse: psycopg.Connection, models: CompiledModels, tmp_path: Path) -> Planner:
    return Planner(warehouse, tmp_path, models)


as_many_as_ci_allows = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
)


@as_many_as_ci_allows
@given(plan=plans(own=False))
def test_people_teams_and_regions_each_have_the_companys_target_to_the_cent(
    planner: Planner, plan: Plan
) -> None:
    planner.build(plan)
    assert planner.rows("select count(*) > 40 from build.int_targets where node_kind = 'person'") == [(True,)]
    assert planner.rows(SUMS_THAT_DIFFER) == []
    assert planner.rows(DUE_WRONGLY) == []


@as_many_as_ci_allows
@given(plan=plans(own=True))
def test_what_was_given_leaves_the_others_the_rest_to_the_cent(planner: Planner, plan: Plan) -> None:
    planner.build(plan)
    assert planner.rows(planner.models.test("derived_targets_add_up")) == []
    assert planner.rows("select * from build.int_targets where target < 0") == []


def test_results_of_the_running_year_move_no_target_of_it(planner: Planner) -> None:
    """Ada won 100 a month in 2024 and Ben 300: she has a quarter, whatever she wins in 2025."""
    two = [f"{person},person,,red,,,,,crm:{person}" for person in ("ada", "ben")]
    year = ["bookings,plans,2025,target,1200.00,EUR,1,2024-12-01,Ada,"]
    months = [date(2024, month, 15) for month in range(1, 13)]
    won = {"ada": [(day, 100) for day in months], "ben": [(day, 300) for day in months]}
    more = {**won, "ada": [*won["ada"], (date(2025, 2, 10), 5000)]}
    query = """
        select node_id, round(target) from build.int_targets
        where node_kind = 'person' and period_kind = 'year' order by node_id
    """

    before = planner.build(Plan("history_share", two, [], year, won)).rows(query)
    after = planner.build(Plan("history_share", two, [], year, more)).rows(query)

    assert before == after == [("ada", Decimal(300)), ("ben", Decimal(900))]
