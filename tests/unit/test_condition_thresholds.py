"""The seed of the conditions' thresholds: read strictly, and every mistake is told with its line."""

import re
from pathlib import Path

import pytest

from yardstick.audit.thresholds import SEED, load_thresholds
from yardstick.errors import ConfigurationError


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    copy = tmp_path / SEED.name
    copy.write_text(SEED.read_text("utf-8"), "utf-8")
    return copy


def refused(seed: Path) -> list[str]:
    """What is said of the file, each with the path before the line's number left out."""
    with pytest.raises(ConfigurationError) as caught:
        load_thresholds(seed)
    return [str(problem).removeprefix(str(seed)) for problem in caught.value.problems]


def change(seed: Path, pattern: str, line: str) -> int:
    """Replace the one line that matches; its number, the header being the first."""
    lines = seed.read_text("utf-8").splitlines()
    [at] = [number for number, old in enumerate(lines) if re.match(pattern, old)]
    lines[at : at + 1] = [line] if line else []
    seed.write_text("\n".join(lines) + "\n", "utf-8")
    return at + 1


def test_a_changed_number_is_the_one_that_is_judged_by(seed: Path) -> None:
    change(seed, "controllable,owned,", "controllable,owned,0.75,share,Of what is counted")
    change(seed, "realistic,chance.lowest,", "realistic,chance.lowest,0.45,chance,A pass from here on")
    change(seed, "tied,weight_tolerance,", "tied,weight_tolerance,0,weight,None")
    thresholds = load_thresholds(seed)
    assert thresholds.controllable.owned == 0.75
    assert (thresholds.realistic.chance.lowest, thresholds.realistic.chance.highest) == (0.45, 0.80)
    assert thresholds.tied.weight_tolerance == 0


def test_one_that_is_missing_is_named(seed: Path) -> None:
    change(seed, "realistic,gaming.edge,", "")
    assert refused(seed) == [
        ":1: realistic gaming.edge: found nothing; expected a share from 0 to 1, such as 0.8"
    ]


def test_one_that_nobody_knows_is_told_with_the_one_that_was_meant(seed: Path) -> None:
    line = change(seed, "tied,drivers.draws,", "tied,drivers.draw,1000,draws,How often")
    unknown, missing = sorted(refused(seed), key=len, reverse=True)
    assert unknown.startswith(f":{line}: tied drivers.draw: found the unknown key 'draw'")
    assert unknown.endswith("did you mean 'draws'?")
    assert missing.startswith(":1: tied drivers.draws: found nothing")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("controllable,owned", "1.5", "a share from 0 to 1, such as 0.8"),
        ("controllable,people", "7.5", "a whole number, 1 or more"),
        ("realistic,draws", "0", "a whole number, 1 or more"),
        ("easy,seconds", "0", "a number above 0"),
        ("tied,lowest_weight", "-0.1", "a number, 0 or more"),
    ],
)
def test_one_that_makes_no_sense_is_refused(seed: Path, name: str, value: str, expected: str) -> None:
    line = change(seed, f"{name},", f"{name},{value},unit,Meaning")
    found = name.replace(",", " ")
    assert refused(seed) == [f":{line}: {found}: found '{value}'; expected {expected}"]


def test_what_is_no_number_is_refused(seed: Path) -> None:
    line = change(seed, "controllable,owned,", 'controllable,owned,"0,8",share,Of what is counted')
    [problem] = refused(seed)
    assert problem.startswith(f":{line}: value: found '0,8'; expected a number with a decimal point")


@pytest.mark.parametrize("again", ["tied,most_kpis", "tied,coverage", "tied,most_kpis.lowest"])
def test_a_name_stands_once_and_is_no_part_of_another(seed: Path, again: str) -> None:
    with seed.open("a", encoding="utf-8") as file:
        file.write(f"{again},9,KPIs,Again\n")
    [problem] = refused(seed)
    assert f"found {again.removeprefix('tied,')!r}; expected a name that line" in problem


@pytest.mark.parametrize(
    ("pattern", "line", "expected"),
    [
        ("tied,coverage.lowest,", "tied,coverage.lowest,1.2,share,Too high", "the lowest not to be above"),
        (
            "realistic,chance.lowest,",
            "realistic,chance.lowest,0.3,share,Wider",
            "a tolerated chance that holds",
        ),
        ("easy,fair,", "easy,fair,80,points,Above easy", "fair not to be above easy"),
        (
            "controllable,owned_in_part,",
            "controllable,owned_in_part,0.9,share,Above",
            "owned_in_part not to be",
        ),
    ],
)
def test_those_that_contradict_each_other_are_refused(
    seed: Path, pattern: str, line: str, expected: str
) -> None:
    change(seed, pattern, line)
    [problem] = refused(seed)
    assert f"expected {expected}" in problem


def test_every_row_says_what_it_is(seed: Path) -> None:
    line = change(seed, "easy,terms,", "easy,terms,5,terms,")
    assert refused(seed) == [f":{line}: meaning: found nothing; expected what it is"]
