"""`yardstick targets propose`: for each target that fails, one with the wanted chance."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from yardstick.audit.night import audited_night
from yardstick.audit.realistic import read_realism
from yardstick.company import Company
from yardstick.conditions.numbers import percent, readable
from yardstick.conditions.proposals import Proposals, propose
from yardstick.definitions.cards import Definition
from yardstick.definitions.files import load_definitions
from yardstick.errors import UsageError
from yardstick.server.embedded import Role
from yardstick.target_commands.proposal import ProposedTarget, write_proposal
from yardstick.warehouse import connect, is_there


def propose_targets(company: Company, file: Path, chance: float, console: Console) -> None:
    """Write the proposals to a new file, and print what the targets of teams and company would sum to.

    Raises UsageError where nothing was built yet, or where the file is there already.
    """
    definitions = load_definitions()
    proposals = _proposals(company, definitions, chance)
    rows = [
        row for kpi_id, of_kpi in proposals.items() for row in _rows(of_kpi, company, definitions[kpi_id])
    ]
    if not rows:
        console.print("No target fails: there is nothing to propose.")
        return
    try:
        write_proposal(file, rows)
    except FileExistsError:
        raise UsageError(f"{file} is there already; name another file, or move it away") from None
    _show_totals(proposals, definitions, console)
    console.print(
        f"\nWrote {len(rows)} proposals to {file}. Edit it, take out what you do not want, then:\n"
        f"  yardstick targets accept {file} --by NAME",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


def _proposals(
    company: Company, definitions: Mapping[str, Definition], chance: float
) -> dict[str, Proposals]:
    """Of each KPI with targets, as the last night that was built has them."""
    with connect(company, Role.OWNER) as connection:
        if not is_there(connection, "build.int_person_kpi_months"):
            raise UsageError(f"{company.settings.name}: nothing is built yet; run yardstick refresh first")
        [(as_of,)] = connection.execute("select as_of from company.settings").fetchall()
        with audited_night(connection, company, definitions, as_of) as night:
            return {kpi_id: propose(realism, chance) for kpi_id, realism in read_realism(night).items()}


def _rows(proposals: Proposals, company: Company, definition: Definition) -> Iterator[ProposedTarget]:
    currency = company.settings.currency if definition.unit == "money" else None
    for row in _records(proposals.targets):
        yield ProposedTarget(
            kpi=definition.kpi_id,
            node=row["node_id"],
            period=row["period"],
            value=Decimal(str(row["proposed"])),
            currency=currency,
            chance=Decimal(str(row["proposed_chance"])),
            value_now=Decimal(str(row["target"])),
            chance_now=Decimal(str(row["chance"])),
            months=row["months"],
            note=f"chance {percent(row['proposed_chance'])} instead of {percent(row['chance'])}",
        )


def _show_totals(
    proposals: Mapping[str, Proposals], definitions: Mapping[str, Definition], console: Console
) -> None:
    """What people's targets sum to, now and with the proposals, and the chance of reaching that together."""
    table = Table("KPI", "Period", box=None, padding=(0, 2, 0, 0))
    for heading in ("People have", "Chance", "Would have", "Chance"):
        table.add_column(heading, justify="right", no_wrap=True)
    for kpi_id, of_kpi in proposals.items():
        for row in _records(of_kpi.totals):
            if row["node_kind"] == "company":
                sums = (row["people_target"], row["people_chance"], row["proposed"], row["proposed_chance"])
                cells = (tell(value) for tell, value in zip((_amount, percent) * 2, sums, strict=True))
                table.add_row(definitions[kpi_id].title.en, row["period"], *cells)
    console.print(table)


def _amount(value: float) -> str:
    return readable(round(value))


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
