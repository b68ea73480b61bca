"""The command behind `make bench`."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.floors import Floor, measure_floors
from benchmarks.meter import Meter
from benchmarks.nightly import StepReading, measure_night
from benchmarks.reading import READERS, QuestionReading, measure_crowd, measure_questions
from yardstick.company import Company, load_company
from yardstick.demo import SEED, furnish, write_demo
from yardstick.server.embedded import ensure_server, remove_server

#: Milliseconds that no question is to take, whatever is chosen.
_WANTED_MS = 100
_SHOWN_QUESTIONS = 12
_NIGHTS = ("first night", "nothing changed")


class Size(StrEnum):
    """How large a company is: S is the demo, M some 100 sellers with a million activities."""

    S = "S"
    M = "M"


#: Multiples of 10,000 deals, 30,000 leads and 100,000 activities.
_SCALES = {Size.S: 1.0, Size.M: 10.0}


def bench(
    sizes: Annotated[list[Size] | None, typer.Argument(help="S, M or both; both if left out.")] = None,
) -> None:
    """Measure a night step by step, the least that it could cost, and dashboards, on simulated companies."""
    console = Console(soft_wrap=True, highlight=False)
    for size in sizes or list(Size):
        with _home() as home:
            _bench(size, home / "company", console)


@contextmanager
def _home() -> Iterator[Path]:
    """A folder for all that a measurement leaves, its PostgreSQL server included, which goes with it."""
    with TemporaryDirectory(prefix="yardstick-bench-") as folder:
        os.environ["YARDSTICK_HOME"] = folder
        try:
            yield Path(folder)
        finally:
            remove_server()


def _bench(size: Size, folder: Path, console: Console) -> None:
    meter = _meter()
    folder.mkdir()
    with meter.measure() as simulated:
        furnish(folder, SEED, _SCALES[size])
        written = write_demo(folder, scale=_SCALES[size])
    rows = sum(file.rows or 0 for file in written.files)
    console.print(f"\nSize {size}: {rows:,} rows, simulated in {simulated.seconds:.1f} s")
    nights = [list(measure_night(folder, f"bench {name}", meter)) for name in _NIGHTS]
    console.print(_nights_table(nights, rows))
    floors = list(measure_floors(load_company(folder), meter))
    console.print(_floors_table(floors))
    for line in _comparison(nights, floors):
        console.print(line)
    _bench_reading(load_company(folder), console)


def _bench_reading(company: Company, console: Console) -> None:
    readings = measure_questions(company)
    console.print(_questions_table(readings))
    slow = sum(reading.worst_ms > _WANTED_MS for reading in readings)
    console.print(
        f"Of {len(readings)} questions {slow} take over {_WANTED_MS} ms for some choice (wanted: none)."
    )
    crowd = measure_crowd(company)
    console.print(
        f"With {READERS} readers at once an answer takes {crowd.percentile(0.5):.0f} ms in the middle and "
        f"{crowd.percentile(1):.0f} ms at most (wanted: 1000)."
    )


def _meter() -> Meter:
    postmaster = ensure_server().cluster.postmaster()
    assert postmaster is not None, "the server that was just started is gone"  # noqa: S101
    return Meter(postmaster.pid)


def _nights_table(nights: list[list[StepReading]], rows: int) -> Table:
    table = Table("Step", box=None, padding=(0, 2, 0, 0))
    for name in _NIGHTS:
        for heading in (name, "rows/s", "MiB"):
            table.add_column(heading, justify="right")
    for steps in zip(*nights, strict=True):
        cells = [cell for step in steps for cell in _cells(step.reading.seconds, rows, step.reading.peak_mib)]
        table.add_row(steps[0].step, *cells)
    totals = [sum(step.reading.seconds for step in night) for night in nights]
    peaks = [max(step.reading.peak_mib for step in night) for night in nights]
    table.add_row(
        "all",
        *(cell for total, peak in zip(totals, peaks, strict=True) for cell in _cells(total, rows, peak)),
    )
    return table


def _questions_table(readings: list[QuestionReading]) -> Table:
    table = Table("Slowest questions", box=None, padding=(0, 2, 0, 0))
    for heading in ("usual", "worst"):
        table.add_column(heading, justify="right")
    table.add_column("chosen then")
    for reading in readings[:_SHOWN_QUESTIONS]:
        chosen = ", ".join(reading.worst_choice.values())
        table.add_row(reading.question.id, f"{reading.usual_ms:.0f} ms", f"{reading.worst_ms:.0f} ms", chosen)
    return table


def _floors_table(floors: list[Floor]) -> Table:
    table = Table("Floor", box=None, padding=(0, 2, 0, 0))
    for heading in ("seconds", "rows/s", "MiB"):
        table.add_column(heading, justify="right")
    for floor in floors:
        table.add_row(floor.name, *_cells(floor.reading.seconds, floor.rows, floor.reading.peak_mib))
    return table


def _cells(seconds: float, rows: int, peak_mib: float) -> tuple[str, str, str]:
    return f"{seconds:.2f} s", f"{rows / seconds:,.0f}", f"{peak_mib:,.0f}"


def _comparison(nights: list[list[StepReading]], floors: list[Floor]) -> list[str]:
    copy = sum(floor.reading.seconds for floor in floors if floor.step == "land")
    sql = sum(floor.reading.seconds for floor in floors if floor.step == "build")
    shares = [
        f"{copy / _seconds(night, 'land'):.0%} ({name})" for name, night in zip(_NIGHTS, nights, strict=True)
    ]
    first = nights[0]
    built = _seconds(first, "build") / sql
    audit = _seconds(first, "audit") / sum(step.reading.seconds for step in first)
    return [
        f"Landing runs at {' and '.join(shares)} of COPY's speed (wanted: 50%).",
        f"dbt from raw to scorecards takes {built:.1f} times the hand-written SQL (wanted: 3).",
        f"The audit takes {audit:.0%} of the night (wanted: 20%).",
    ]


def _seconds(night: list[StepReading], steps: str) -> float:
    """What the steps whose names begin so took together."""
    return sum(step.reading.seconds for step in night if step.step.startswith(steps))


if __name__ == "__main__":
    typer.run(bench)
