"""`yardstick kpi`: what a number is made of can be counted again; a new KPI is published the next night."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median

import psycopg
import pytest
from commands import PROJECT, Commands, Done
from warehouse_reading import query

from yardstick.company import Company, load_company
from yardstick.company.goals import goal_line
from yardstick.definitions.files import load_definitions
from yardstick.kpi_commands.explain import rows_sql
from yardstick.kpi_commands.published import Published, PublishedNumber
from yardstick.server.embedded import Role
from yardstick.warehouse import connect

AS_OF = date(2026, 6, 30)
#: The open year; the quarter, month and week that close with the night; months in which people moved or left.
PERIODS = ("2026", "2026-Q2", "2026-06", "2026-W26", "2025-02", "2024-03", "2022-10")
#: A mover, one who left, one who moved lately, and rows without an owner.
NODES = """
    select node_id
    from kpi.dim_nodes
    where
        node_kind <> 'person'
        or node_id in ('emily-carter', 'james-whitfield', 'sarah-bennett', 'malte-brandt', 'unassigned')
"""


@dataclass(frozen=True)
class Reading:
    """Schema kpi of the demo company, as the reader sees it."""

    company: Company
    connection: psycopg.Connection

    def numbers(self, kpi_id: str) -> Iterator[tuple[PublishedNumber, str]]:
        """Every number of a KPI at the nodes and periods that are looked at, with the SQL of its rows."""
        published = Published(self.connection, self.company)
        shown = self.connection.execute(
            "select node_id, period_kind, period_start from kpi.scorecards where kpi_id = %s", [kpi_id]
        ).fetchall()
        nodes = sorted({row[0] for row in self.connection.execute(NODES)})
        for name in PERIODS:
            period = self.company.period(name)
            for node in nodes:
                if (node, period.kind, period.start) in shown:
                    number = published.number(kpi_id, node, period)
                    yield number, rows_sql(number, period, AS_OF, self.company, self.connection)


@pytest.fixture(scope="module")
def reading(demo_company: Path, demo: Done) -> Iterator[Reading]:
    assert demo.exit_code == 0, demo.said
    company = load_company(demo_company, needs_exports=False)
    with connect(company, Role.READER) as connection:
        yield Reading(company, connection)


@pytest.mark.parametrize(
    "kpi", [kpi_id for kpi_id, card in load_definitions().items() if card.aggregation != "composite"]
)
def test_the_sql_of_a_number_returns_just_the_rows_that_it_counts(reading: Reading, kpi: str) -> None:
    looked_at = 0
    for number, statement in reading.numbers(kpi):
        rows = reading.connection.execute(statement.encode()).fetchall()
        numerators = [row[6] for row in rows if row[6] is not None]
        denominators = [row[7] for row in rows if row[7] is not None]
        place = f"{number.node_id} from {number.period_start} to {number.period_end}"
        assert len(rows) == number.rows_counted, place
        if number.numerator is not None:
            assert sum(numerators) == number.numerator, place
        if number.denominator is not None:
            assert sum(denominators) == number.denominator, place
        if number.aggregation == "median" and number.actual is not None:
            assert median(numerators) == number.actual, place
        looked_at += bool(rows)
    assert looked_at > 20


def test_velocity_is_the_formula_by_hand(commands: Commands, demo_company: Path, demo: Done) -> None:
    rows = query(
        commands,
        demo_company,
        """
        select kpi_id, actual, rows_counted
        from kpi.scorecards
        where node_kind = 'company' and period_kind = 'quarter' and period_start = '2026-04-01'
        """,
    )
    value = {row["kpi_id"]: Decimal(row["actual"]) for row in rows}
    open_deals = next(int(row["rows_counted"]) for row in rows if row["kpi_id"] == "open_pipeline")

    by_hand = open_deals * value["win_rate"] * value["average_deal_size"] / value["sales_cycle"]
    assert abs(value["sales_velocity"] - by_hand) < Decimal("0.000001")


def test_contributions_add_up_to_the_distance_of_each_goal(reading: Reading) -> None:
    distances = reading.connection.execute(
        """
        select count(*), count(*) filter (where abs(distance - contributed) >= 0.000001)
        from (
            select
                progress.actual - progress.plan_to_date as distance,
                sum(contributions.contribution) as contributed
            from kpi.goal_progress as progress
            inner join kpi.goal_contributions as contributions
                on progress.goal_id = contributions.parent_goal_id
                and progress.node_id = contributions.node_id
                and progress.period_kind = contributions.period_kind
                and progress.period_start = contributions.period_start
            group by progress.goal_id, progress.node_id, progress.period_kind, progress.period_start,
                progress.actual, progress.plan_to_date
        ) as goals
        where distance is not null
        """
    ).fetchone()

    assert distances is not None
    count, wrong = distances
    assert count > 1000
    assert wrong == 0


def test_explain_shows_all_that_a_number_is_made_of(
    commands: Commands, demo_company: Path, demo: Done
) -> None:
    done = explain(commands, demo_company, "win_rate", "hamburg", "2026-06")

    assert (done.exit_code, done.stderr) == (0, "")
    for told in (
        "Win rate (win_rate): Team Hamburg, 2026-06",
        "Deals won ÷ (deals won + deals lost)",
        "Rows counted",
        "Numerator",
        "Denominator",
        "Actual",
        "derived, version 1",
        "demo 2026 0.42 (version 1, decided on 2025-12-04 by Board)",
        "Plan to date",
        "Status",
        "of the night of 2026-06-30",
        "completeness",
        "from kpi.kpi_rows as rows",
    ):
        assert told in done.stdout


def test_explain_of_a_composite_shows_its_values(commands: Commands, demo_company: Path, demo: Done) -> None:
    done = explain(commands, demo_company, "pipeline_coverage", "demo", "2026-06", "--lang", "ru")

    assert (done.exit_code, done.stderr) == (0, "")
    for told in (
        "Покрытие плана воронкой (pipeline_coverage): Nordlicht Instruments, 2026-06",
        "max(bookings.target, 0)",
        "open_pipeline.opening_actual  ",
        "14,312,068.92",
        "3 to 5",
        "inputs",
        "from kpi.scorecards",
    ):
        assert told in done.stdout


@pytest.mark.parametrize(
    ("kpi", "node", "period", "refusal"),
    [
        (
            "bokings",
            "demo",
            "2026-06",
            "the unknown KPI 'bokings'; expected one of kpi.dim_kpis; did you mean",
        ),
        (
            "bookings",
            "hamburgh",
            "2026-06",
            "the unknown node 'hamburgh'; expected one of kpi.dim_nodes; did",
        ),
        ("bookings", "demo", "June", "--period: found 'June'; expected a period from 1900 to 2099 such as"),
        ("bookings", "mara-novak", "2025-01", "bookings has no number of mara-novak from 2025-01-01"),
    ],
)
def test_explain_of_what_is_not_there_ends_with_2(
    commands: Commands, demo_company: Path, demo: Done, kpi: str, node: str, period: str, refusal: str
) -> None:
    done = explain(commands, demo_company, kpi, node, period)

    assert (done.exit_code, done.stdout) == (2, "")
    assert refusal in done.stderr


def test_show_lists_the_catalogue_and_one_kpi_in_full(commands: Commands) -> None:
    catalogue = commands.run("kpi", "show")
    one = commands.run("kpi", "show", "sales_velocity", "--lang", "ru")

    assert (catalogue.exit_code, one.exit_code) == (0, 0)
    assert all(kpi_id in catalogue.stdout for kpi_id in load_definitions())
    assert "Скорость продаж" in one.stdout
    assert "open_pipeline.rows_counted * win_rate.actual" in one.stdout


def explain(commands: Commands, company: Path, kpi: str, node: str, period: str, *more: str) -> Done:
    return commands.run(
        "kpi", "explain", kpi, "--node", node, "--period", period, *more, "--company", company
    )


# ---- A new KPI


@dataclass(frozen=True)
class Scratch:
    """A copy of the project, in which files may be written, and a company of one seller beside it."""

    project: Path
    company: Path
    home: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(self.project), "YARDSTICK_HOME": str(self.home)}
        return subprocess.run(
            [sys.executable, "-c", "from yardstick.cli import main; main()", *arguments],
            cwd=self.project,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        )


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory, home: Path, commands: Commands) -> Scratch:
    folder = tmp_path_factory.mktemp("scratch")
    for name in ("yardstick", "dbt_project", "expectations", "dags", "dashboards"):
        shutil.copytree(
            PROJECT / name,
            folder / "project" / name,
            ignore=shutil.ignore_patterns("__pycache__", "target", "logs"),
        )
    shutil.copytree(PROJECT / "tests" / "companies" / "tiny", folder / "company")
    goals = folder / "company" / "goals.yml"
    lines = [goal_line(kpi) for kpi in load_definitions().values() if kpi.kpi_id != "bookings"]
    head = (
        "goals:\n  - id: revenue\n    title: {en: Sell more, ru: Продавать больше}\n"
        "    kpi: bookings\n    owner: Ada\n    children:\n"
    )
    goals.write_text(head + "".join(f"      {line}\n" for line in lines), encoding="utf-8")
    return Scratch(folder / "project", folder / "company", home)


def test_a_new_kpi_and_a_new_composite_are_published_the_next_night(scratch: Scratch) -> None:
    company = ("--company", str(scratch.company))
    for arguments in (
        (
            "kpi",
            "new",
            "deals_closed",
            "--title-en",
            "Deals closed",
            "--title-ru",
            "Закрытые сделки",
            *company,
        ),
        (
            "kpi",
            "new",
            "deals_closed_share",
            "--goal",
            "deals_closed",
            "--expression",
            "deals_closed.actual / max(deals_won.actual, 1)",
            *company,
        ),
        ("check", *company),
        ("refresh", *company),
        ("dbt", "test", "--select", "kpi_deals_closed,test_type:unit", *company),
    ):
        done = scratch.run(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr

    published = scratch.run(
        "sql",
        "select kpi_id, actual, goal_id from kpi.scorecards inner join kpi.dim_kpis using (kpi_id) "
        "where kpi_id like 'deals_closed%' and node_kind = 'company' and period_kind = 'year' order by 1",
        "--format",
        "csv",
        *company,
    )
    assert published.stdout.splitlines() == [
        "kpi_id,actual,goal_id",
        "deals_closed,1,deals_closed",
        "deals_closed_share,1.000000000000,deals_closed_share",
    ]
