"""The audit as a table on the terminal, as CSV, or as a page for a quarterly review."""

import csv
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich.console import Console
from rich.table import Table
from rich.text import Text

from yardstick.audit_report.conditions import CONDITIONS, Audit, Judged
from yardstick.audit_report.words import CONDITION_TITLES, NOT_TESTED, SHORT_TITLES, TEXTS, VERDICTS
from yardstick.languages import Language
from yardstick.verdict_rows import Condition

_TEMPLATES = Path(__file__).parent / "templates"
_STYLES = {"pass": "green", "warn": "yellow", "fail": "bold red", "not enough data": "dim"}
_WRONG = ("fail", "warn")

Writer = Callable[[Audit, Language], None]


def _write_table(audit: Audit, language: Language) -> None:
    console = Console()
    table = Table("KPI", box=None, padding=(0, 2, 0, 0))
    for title in SHORT_TITLES[language].values():
        table.add_column(title, no_wrap=True)
    for kpi_id, title in audit.titles.items():
        verdicts = (_verdict(audit, kpi_id, condition) for condition in CONDITIONS)
        table.add_row(Text(title), *(_cell(verdict, language) for verdict in verdicts))
    console.print(table)
    console.print(Text(f"{audit.node_name}, {audit.as_of}. {TEXTS[language]['legend']}\n", style="dim"))
    for judged in _wrong(audit):
        place = f"{audit.titles[judged.kpi_id]}, {CONDITION_TITLES[language][judged.condition]}"
        console.print(Text.assemble(_cell(judged.verdict, language), f" {place}: {judged.reason}"))
        if judged.mend:
            console.print(Text(f"  {TEXTS[language]['mend']}: {judged.mend}", style="dim"))


def _write_csv(audit: Audit, _: Language) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["kpi_id", "title", "condition", "as_of", "verdict", "reason", "mend"])
    for judged in _all(audit):
        title = audit.titles[judged.kpi_id]
        writer.writerow(
            [judged.kpi_id, title, judged.condition, judged.as_of, judged.verdict, judged.reason, judged.mend]
        )


def _write_html(audit: Audit, language: Language) -> None:
    """A page that needs nothing else: it is read on a screen, on a phone and on paper."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    page = environment.get_template("audit.html.j2").render(
        audit=audit,
        language=language,
        texts=TEXTS[language],
        conditions=CONDITION_TITLES[language],
        verdicts=VERDICTS[language],
        not_tested=NOT_TESTED,
        wrong=list(_wrong(audit)),
        all=list(_all(audit)),
        counts={
            condition: Counter(_verdict(audit, kpi_id, condition) for kpi_id in audit.titles)
            for condition in CONDITIONS
        },
    )
    sys.stdout.write(page)


def _verdict(audit: Audit, kpi_id: str, condition: Condition) -> str | None:
    judged = audit.judged.get((kpi_id, condition))
    return judged.verdict if judged else None


def _cell(verdict: str | None, language: Language) -> Text:
    if verdict is None:
        return Text(NOT_TESTED, style="dim")
    return Text(VERDICTS[language][verdict], style=_STYLES[verdict])


def _all(audit: Audit) -> list[Judged]:
    """By KPI in the order of the goals, then by condition."""
    keys = ((kpi_id, condition) for kpi_id in audit.titles for condition in CONDITIONS)
    return [audit.judged[key] for key in keys if key in audit.judged]


def _wrong(audit: Audit) -> list[Judged]:
    """What fails, then what is doubtful."""
    return sorted(
        (judged for judged in _all(audit) if judged.verdict in _WRONG),
        key=lambda judged: _WRONG.index(judged.verdict),
    )


FORMATS: Mapping[str, Writer] = MappingProxyType(
    {"table": _write_table, "csv": _write_csv, "html": _write_html}
)
