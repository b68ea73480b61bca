"""`yardstick kpi show`: the catalogue as a person reads it."""

from io import StringIO

import pytest
from rich.console import Console

from yardstick.definitions.files import load_definitions
from yardstick.kpi_commands.show import show_catalogue


def catalogue(language: str, width: int = 80) -> list[str]:
    printed = StringIO()
    show_catalogue(load_definitions(), language, Console(file=printed, width=width))
    return [line.rstrip() for line in printed.getvalue().splitlines()]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_each_kpi_has_one_whole_line_of_eighty_columns(language):
    lines = catalogue(language)

    for kpi_id, card in load_definitions().items():
        title = card.title.ru if language == "ru" else card.title.en
        (line,) = (line for line in lines if line.split(" ")[0] == kpi_id)
        assert f"  {title}  " in line
        assert line.split()[-1] in ("up", "down") or card.band
    assert not any("…" in line for line in lines)


def test_what_was_achieved_stands_before_what_comes():
    lines = catalogue("en")

    achieved, comes = lines.index("What was achieved (lag)"), lines.index("What comes (lead)")
    place = {line.split(" ")[0]: number for number, line in enumerate(lines)}
    assert achieved < place["bookings"] < comes < place["open_pipeline"]
