"""One company, its larger CRM read from an export and from Odoo, comes to the same numbers."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from commands import Commands, Done
from doubles.odoo.database import OdooDatabase
from doubles.odoo.server import OdooServer
from odoo_company import KEY, KEY_NAME, OdooCompany
from warehouse_reading import session

from yardstick.extract.odoo_models import MODELS

#: The second night knows of edits, deletions, moves and conversions.
NIGHTS = (date(2026, 5, 29), date(2026, 6, 30))
#: Where wall clocks live, or what an export of columns costs, or what says where a record came from.
LEFT_OUT = {"refreshes", "verdict_changes", "kpi_conditions", "change_log"}
#: How many rows and records came is another number for files than for a model that makes two entities; and a
#: lead that becomes a deal is one record in Odoo, which was seen before.
CONDITION = "condition = 'measurable' and dimension not in ('readability', 'belonging', 'timeliness')"


@dataclass
class Refreshed:
    """How the refreshes of both companies ended on a night, and what was published."""

    asked: Done
    exported: Done
    tables: dict[str, tuple[list[str], list[str]]]
    status: str
    calls: int


@pytest.fixture(scope="module", params=[19])
def nights(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, commands: Commands
) -> Iterator[list[Refreshed]]:
    """Both nights of both companies."""
    database = OdooDatabase(request.param)
    with OdooServer(database) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_NAME, KEY)
        company = OdooCompany(tmp_path_factory.mktemp("odoo"), server.address, database)
        found = []
        for night in NIGHTS:
            company.become(night)
            before = len(server.requests)
            asked, exported = (
                commands.run("refresh", "--company", folder, "--as-of", f"{night}")
                for folder in (company.asked, company.exported)
            )
            calls = len(server.requests) - before
            tables = _compared(commands.home, company.asked, company.exported)
            status = commands.run("status", "--company", company.asked).stdout
            found.append(Refreshed(asked, exported, tables, status, calls))
        yield found


def _compared(home: Path, *folders: Path) -> dict[str, tuple[list[str], list[str]]]:
    contents = [_published(home, folder) for folder in folders]
    return {table: (contents[0][table], contents[1][table]) for table in contents[0] if table not in LEFT_OUT}


def _published(home: Path, folder: Path) -> dict[str, list[str]]:
    """Every table of schema kpi but for addresses of records and the company's own id."""
    with session(home, folder) as connection:
        columns = connection.execute("""
            select table_name, string_agg(format('%I', column_name), ', ' order by column_name)
            from information_schema.columns
            where table_schema = 'kpi' and column_name not in ('record_url', 'url', 'run_at')
            group by table_name
        """).fetchall()
        return {
            table: [
                _plain(text.replace(f"demo_{folder.name}", "demo"))
                for (text,) in connection.execute(
                    f"select row_to_json(published)::text from (select {names} from kpi.{table}"
                    + (f" where {CONDITION}" if table == "kpi_verdicts" else "")
                    + ") as published order by 1"
                )
            ]
            for table, names in columns
        }


def _plain(row: str) -> str:
    """A row whose numbers are written in one way: 15500.0 and 15500 are the same."""
    return json.dumps(json.loads(row, parse_float=_number, parse_int=_number), sort_keys=True)


def _number(text: str) -> str:
    number = Decimal(text).normalize()
    return f"{number or Decimal(0):f}"


@pytest.mark.parametrize("number", range(len(NIGHTS)))
def test_both_are_published(nights: list[Refreshed], number: int) -> None:
    assert nights[number].exported.exit_code == 0, nights[number].exported.said
    assert nights[number].asked.exit_code == 0, nights[number].asked.said


@pytest.mark.parametrize("number", range(len(NIGHTS)))
@pytest.mark.parametrize(
    "table",
    [
        "dim_accounts",
        "dim_products",
        "fct_deals",
        "fct_stage_entries",
        "fct_leads",
        "fct_activities",
        "fct_quotes",
        "fct_lines",
        "fct_invoices",
        "fct_payments",
    ],
)
def test_the_canonical_core_is_the_same(nights: list[Refreshed], number: int, table: str) -> None:
    asked, exported = nights[number].tables[table]
    assert len(exported) > 10
    assert sorted(set(asked) - set(exported)) == []
    assert sorted(set(exported) - set(asked)) == []


@pytest.mark.parametrize("number", range(len(NIGHTS)))
def test_the_scorecards_and_all_else_are_the_same(nights: list[Refreshed], number: int) -> None:
    differing = {
        table: (sorted(set(asked) - set(exported))[:3], sorted(set(exported) - set(asked))[:3])
        for table, (asked, exported) in nights[number].tables.items()
        if sorted(asked) != sorted(exported)
    }
    assert differing == {}
    assert len(nights[number].tables["scorecards"][0]) > 1_000


def test_status_says_what_was_asked_and_what_odoo_cannot_give(nights: list[Refreshed]) -> None:
    assert "crm cannot give: deal_splits, surveys, targets, people.region, deals.product_id" in " ".join(
        nights[-1].status.split()
    )
    assert "calls" in nights[-1].status


def test_the_second_night_asks_only_for_what_changed(nights: list[Refreshed]) -> None:
    assert nights[1].calls <= 6 * len(MODELS) + 10
