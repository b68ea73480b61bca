"""`yardstick kpi show`: the catalogue of KPIs, and one definition in full."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from yardstick.company import Goal
from yardstick.definitions.cards import Composite, Counted, Definition
from yardstick.errors import UsageError
from yardstick.reading.strict import Bilingual
from yardstick.reading.wording import did_you_mean, quoted

_TELLS = {"lag": "what was achieved (lag)", "lead": "what comes (lead)"}


def show_catalogue(definitions: Mapping[str, Definition], language: str, console: Console) -> None:
    """Print a line for each KPI: those that tell what was achieved, then those that tell what comes."""
    table = Table("KPI", "Title", "Unit", "Better", box=None, pad_edge=False)
    for column in table.columns:
        column.no_wrap = True
    for timing, told in _TELLS.items():
        table.add_row()
        table.add_row(Text(told.capitalize(), style="dim"))
        for kpi_id, card in definitions.items():
            if card.timing == timing:
                cells = (kpi_id, said(card.title, language), card.unit, better(card))
                table.add_row(*map(Text, cells))
    console.print(table)
    console.print("\nOne in full: yardstick kpi show KPI", markup=False, highlight=False)


def show_definition(
    kpi_id: str,
    definitions: Mapping[str, Definition],
    goals: Sequence[Goal],
    language: str,
    console: Console,
) -> None:
    """Print all that a definition says; raises UsageError for an unknown KPI."""
    lines = _lines(_known(kpi_id, definitions), goals, language)
    console.print(Text(kpi_id, style="bold"))
    console.print(grid(lines))


def _known(kpi_id: str, definitions: Mapping[str, Definition]) -> Definition:
    if kpi_id not in definitions:
        hint = did_you_mean(kpi_id, definitions)
        raise UsageError(
            f"found the unknown KPI {quoted(kpi_id)}; expected one of `yardstick kpi show`{hint}"
        )
    return definitions[kpi_id]


def grid(lines: Iterable[tuple[str, str]]) -> Table:
    """Labels and what they stand for, side by side."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column()
    for label, text in lines:
        table.add_row(Text(label, style="dim"), Text(text))
    return table


def said(text: Bilingual, language: str) -> str:
    """The text in one of its languages."""
    return text.ru if language == "ru" else text.en


def better(card: Definition) -> str:
    """What is better: up, down, or from one bound of the band to the other."""
    return f"{card.band.lowest} to {card.band.highest}" if card.band else card.direction


def _lines(card: Definition, goals: Sequence[Goal], language: str) -> Iterator[tuple[str, str]]:
    yield "Title", said(card.title, language)
    yield "Meaning", said(card.meaning, language)
    yield "Formula", card.formula
    if isinstance(card, Composite):
        yield "Expression", card.expression
    yield "Unit", card.unit
    yield "Better", better(card)
    yield "Rolls up", f"{card.aggregation}, {card.over_time}, by the {card.shortest_period} or longer"
    yield "Tells", _TELLS[card.timing]
    yield "Owner", card.owner
    yield "Counter-KPI", card.counter_kpi or "none"
    if isinstance(card, Counted):
        yield "Inputs", ", ".join(card.inputs)
        yield (
            "Parameters",
            ", ".join(f"{name}: {number}" for name, number in card.parameters.items()) or "none",
        )
        yield "Thresholds", ", ".join(f"{of}: {at}" for of, at in card.thresholds.items()) or "the defaults"
    yield "Example", said(card.worked_example, language)
    yield "Goals", ", ".join(_goals_of(card.kpi_id, goals)) or "none"
    yield "File", str(card.file)


def _goals_of(kpi_id: str, goals: Sequence[Goal]) -> list[str]:
    return [goal.id for goal in goals if goal.kpi == kpi_id]
