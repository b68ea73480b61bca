"""A night, step by step in this process, each step measured."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.meter import Meter, Reading
from yardstick import refresh


@dataclass(frozen=True)
class StepReading:
    """A step of the night as the DAG names it, and what it cost."""

    step: str
    reading: Reading


def measure_night(folder: Path, run_id: str, meter: Meter) -> Iterator[StepReading]:
    """Refresh the company of a folder without Airflow, which adds the same seconds to any night."""
    night = {"folder": str(folder), "run_id": run_id}
    sources: list[str] = []

    def begin() -> None:
        sources.extend(refresh.begin(params={}, **night))

    def land() -> None:
        for source in sources:
            refresh.land(source_name=source, **night)

    steps: dict[str, Callable[[], None]] = {
        "begin": begin,
        "land": land,
        "build core": partial(refresh.build, layer="core", **night),
        "gate landed": partial(refresh.judge, gate="landed", **night),
        "build kpi": partial(refresh.build, layer="kpi", **night),
        "gate kpis": partial(refresh.judge_measurability, **night),
        "build mart": partial(refresh.build, layer="mart", **night),
        "audit": partial(refresh.audit, **night),
        "gate published": partial(refresh.judge, gate="published", **night),
        "publish": partial(refresh.show, **night),
    }
    for name, run in steps.items():
        with meter.measure() as reading:
            run()
        yield StepReading(name, reading)
