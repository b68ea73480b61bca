"""Makes the files of a company of any size, for a folder that holds none: its people, leave and plans.

What does not depend on its people (settings, goals, rates) is the shipped company's.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from math import isqrt
from pathlib import Path

from yardstick.company.tables import Target
from yardstick.definitions.files import load_definitions
from yardstick.demo.chance import Chance
from yardstick.demo.people import values_of
from yardstick.demo.volumes import AS_OF, deals_a_year, first_day_of
from yardstick.demo.world import ABSENCES_FILE, ORG_FILE, SETTINGS_FILE
from yardstick.errors import UsageError
from yardstick.paths import PROJECT
from yardstick.reading.csv_tables import read_table

SHIPPED = PROJECT / "company"
TARGETS_FILE = "targets.csv"
AS_SHIPPED = (SETTINGS_FILE, "goals.yml", "rates.csv")
OF_PEOPLE = (ORG_FILE, ABSENCES_FILE, TARGETS_FILE)

SELLERS_A_TEAM, TEAMS_A_REGION, LEAST_TEAMS, LEAST_REGIONS = 7, 3, 3, 2
FULL_TIME_SHARES = (1, 1, 1, 1, 1, 1, 1, 1, Decimal("0.8"), Decimal("0.6"))
#: Of a hundred people, those who join, leave or move within the world.
JOIN, LEAVE, MOVE = 12, 8, 10
#: The weeks of a year in which a person's two leaves begin, and the days until their last.
LEAVE_WEEKS, DAYS_TO_LAST = ((6, 13, 27, 30), (34, 40, 43)), (4, 11, 18)
# fmt: off
_FIRST_NAMES = (
    "Alva", "Bruno", "Carla", "David", "Edda", "Fabian", "Greta", "Hugo", "Ida", "Jakob", "Klara", "Leo",
    "Mira", "Nils", "Olivia", "Pavel", "Renata", "Samuel", "Tilda", "Viktor",
)
_LAST_NAMES = (
    "Ahlers", "Bergmann", "Czerny", "Dahlke", "Ebner", "Fuchs", "Grote", "Hansen", "Ivanov", "Jansen",
    "Kowalski", "Lorenz", "Meister", "Nowak", "Ortmann", "Pohl", "Riedel", "Sauer", "Thoma", "Winter",
)
# fmt: on


@dataclass(frozen=True)
class OrgLine:
    """A line of org.csv."""

    node: str
    kind: str
    name: str = ""
    parent: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    hired_on: date | None = None
    full_time_share: Decimal | int | None = None
    crm_ids: str = ""


def sellers_at(scale: float) -> int:
    """How many people sell: 10 at scale 0.1, 32 at 1, 100 at 10."""
    return isqrt(round(1000 * scale))


def furnish(folder: Path, seed: int, scale: float) -> bool:
    """Write the files of a company into a folder that has none, and make it if need be; False if it has.

    At scale 1 it is the company as shipped. Raises UsageError rather than replace a file.
    """
    if (folder / SETTINGS_FILE).exists():
        return False
    files = _shipped_files() if scale == 1 else made_files(seed, scale)
    found = [name for name in files if (folder / name).exists()]
    if found:
        raise UsageError(f"{folder} holds {', '.join(found)}, but no {SETTINGS_FILE}. Name an empty folder.")
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return True


def _shipped_files() -> dict[str, str]:
    return {name: (SHIPPED / name).read_text(encoding="utf-8") for name in (*AS_SHIPPED, *OF_PEOPLE)}


def made_files(seed: int, scale: float) -> dict[str, str]:
    """Name and content of each file of a company whose people follow from the seed."""
    chance = Chance(seed)
    first_day = first_day_of(scale)
    org = list(_org(chance, sellers_at(scale), first_day))
    people = dict.fromkeys(line.node for line in org if line.kind == "person")
    return {name: (SHIPPED / name).read_text(encoding="utf-8") for name in AS_SHIPPED} | {
        ORG_FILE: _csv(asdict(line) for line in org),
        ABSENCES_FILE: _csv(_absences(chance, people, first_day)),
        TARGETS_FILE: _csv(_targets(scale, first_day)),
    }


def _org(chance: Chance, sellers: int, first_day: date) -> Iterator[OrgLine]:
    teams = max(LEAST_TEAMS, sellers // SELLERS_A_TEAM)
    regions = max(LEAST_REGIONS, teams // TEAMS_A_REGION)
    region_of = [team * regions // teams for team in range(teams)]
    for region in range(regions):
        yield OrgLine(f"region-{region + 1}", "region", f"Region {region + 1}", "demo")
    for team in range(teams):
        yield OrgLine(f"team-{team + 1}", "team", f"Team {team + 1}", f"region-{region_of[team] + 1}")
    names = chance.whole(0, 2**31, len(_FIRST_NAMES) * len(_LAST_NAMES)).argsort(kind="stable")
    for row, name in enumerate(names[:sellers].tolist()):
        yield from _person(chance, row, name, region_of, first_day)


def _person(chance: Chance, row: int, name: int, region_of: list[int], first_day: date) -> Iterator[OrgLine]:
    """A person's stays, and the team that the person heads: the first of each team does, and stays in it."""
    fate, days_in, days_before, share = (int(luck) for luck in chance.whole(0, 2**20, 4))
    first, last = _FIRST_NAMES[name % len(_FIRST_NAMES)], _LAST_NAMES[name // len(_FIRST_NAMES)]
    team, other = row % len(region_of), (row + 1 + fate) % len(region_of)
    is_head, fate = row < len(region_of), fate % 100
    days = (AS_OF - first_day).days
    change = first_day + timedelta(days=days // 10 + days_in % (days * 8 // 10))
    hired = first_day - timedelta(days=30 + days_before % 3000)
    is_joiner, is_leaver = not is_head and fate < JOIN, not is_head and JOIN <= fate < JOIN + LEAVE
    is_mover = not is_head and JOIN + LEAVE <= fate < JOIN + LEAVE + MOVE and other != team
    begin = change if is_joiner else hired
    is_in_alpine = region_of[-1] in {region_of[team], region_of[other] if is_mover else None}
    node = f"{first}-{last}".lower()
    yield OrgLine(
        node=node,
        kind="person",
        name=f"{first} {last}",
        parent=f"team-{team + 1}",
        valid_from=begin,
        valid_to=change if is_leaver or is_mover else None,
        hired_on=begin,
        full_time_share=FULL_TIME_SHARES[share % len(FULL_TIME_SHARES)],
        crm_ids=f"crm:U{row + 1001}" + f";alpine:{first[0]}.{last}".lower() * is_in_alpine,
    )
    if is_mover:
        yield OrgLine(node, "person", f"{first} {last}", f"team-{other + 1}", change)
    if is_head:
        yield OrgLine(node, "head", parent=f"team-{team + 1}")


def _absences(chance: Chance, people: Iterable[str], first_day: date) -> Iterator[dict[str, object]]:
    for person in people:
        for year in range(first_day.year, AS_OF.year + 1):
            for weeks in LEAVE_WEEKS:
                week, length = (int(luck) for luck in chance.whole(0, 2**20, 2))
                monday = date.fromisocalendar(year, weeks[week % len(weeks)], 1)
                last = monday + timedelta(days=DAYS_TO_LAST[length % len(DAYS_TO_LAST)])
                yield {"person": person, "first_day": monday, "last_day": last, "note": "annual leave"}


def _targets(scale: float, first_day: date) -> Iterator[dict[str, object]]:
    """The shipped company's own targets of the years in the world; what adds up, in proportion."""
    definitions = load_definitions()
    share = Decimal(deals_a_year(scale)) / Decimal(deals_a_year(1))
    for target in values_of(read_table(SHIPPED / TARGETS_FILE, Target)):
        if target.node == "demo" and int(target.period[:4]) >= first_day.year:
            is_sum = definitions[target.kpi].aggregation == "sum"
            value = round(target.value * share) if is_sum else target.value
            yield target.model_dump() | {"value": value}


def _csv(rows: Iterable[dict[str, object]]) -> str:
    text = StringIO()
    lines = list(rows)
    writer = csv.DictWriter(text, list(lines[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()
