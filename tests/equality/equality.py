"""What two folders of one company publish: one reads its CRM by an API, the other an export of it."""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from commands import Commands, Done
from crm_company import CrmCompany
from doubles.http_double import Fault, HttpDouble
from warehouse_reading import session

#: The second night knows of edits, deletions, moves and conversions.
NIGHTS = (date(2026, 5, 29), date(2026, 6, 30))
#: What fails on the second night, by the place of the request: each passes, and no number may tell of it.
FAULTS: dict[int, Fault] = {4: "500", 17: "truncated", 31: "cut", 44: "hang up", 60: "502"}
CORE = (
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
)
#: Where wall clocks live, or what an export of columns costs, or what says where a record came from.
LEFT_OUT = {"refreshes", "verdict_changes", "kpi_conditions", "change_log"}
#: How many rows and records came is another number for files than for a list that makes two entities; and a
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

    def differences(self, table: str) -> tuple[list[str], list[str]]:
        """Rows that only the one, and that only the other has."""
        asked, exported = self.tables[table]
        return sorted(set(asked) - set(exported)), sorted(set(exported) - set(asked))

    def differing(self) -> dict[str, tuple[list[str], ...]]:
        """Tables that are not the same in both, with the first few rows that only either has."""
        return {
            table: tuple(rows[:3] for rows in self.differences(table))
            for table, (asked, exported) in self.tables.items()
            if sorted(asked) != sorted(exported)
        }


def refreshed(commands: Commands, company: CrmCompany, server: HttpDouble, night: date) -> Refreshed:
    """Both companies as they publish a night."""
    company.become(night)
    before = len(server.requests)
    if night != NIGHTS[0]:
        server.plan.faults = {before + place: fault for place, fault in FAULTS.items()}
    asked, exported = (commands.refresh(folder, f"{night}") for folder in (company.asked, company.exported))
    assert not server.plan.faults, "it asked too little to meet them all"
    calls = len(server.requests) - before
    tables = _compared(commands.home, company.asked, company.exported)
    status = commands.run("status", "--company", company.asked).stdout
    return Refreshed(asked, exported, tables, status, calls)


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
