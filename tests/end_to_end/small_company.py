"""A company of three sellers with a CRM of some sixty deals, small enough to do its sums in one's head.

Anna and Boris are of team red in the north, Clara of team blue in the south. Ada heads both teams; Clara
stands in for her in red from 10 to 16 March. In each month each of the three opens six deals, on the 2nd,
6th, 10th, 14th, 18th and 22nd: the first three are won a week later, two are lost a week later, the sixth
stays open. A deal's amount is 100 × seller × month + its number + 0.50, the sellers being 1, 2 and 3. January
bears what goes wrong in a CRM.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from yardstick.company.goals import goal_line
from yardstick.definitions.cards import Definition
from yardstick.definitions.files import load_definitions

#: The business dates of its two nights.
NIGHT_1, NIGHT_2 = "2025-03-31", "2025-04-30"

HEADER = "id,owner,stage,amount,created,closed"

COMPANY_YML = """\
id: small
name: Kleine Waage
currency: EUR
time_zone: Europe/Berlin
fiscal_year_start: 1
country: DE
languages: [en, ru]
preview: false
sources:
  - name: crm
    kind: csv
    folder: crm
    date_format: "%Y-%m-%d"
    record_url: https://crm.example.com/{entity}/{id}
    entities:
      deals:
        file: deals.csv
        fields:
          {id: id, owner_id: owner, stage: stage, amount: amount, created_at: created, closed_at: closed}
    stages: {open: [Open], won: [Won], lost: [Lost]}
"""

#: What the weighted scores are of.
WEIGHED = ("win_rate", "open_pipeline")


def _goal(kpi: Definition) -> str:
    line = goal_line(kpi)
    return line.replace("{id", "{weight: 0.5, id", 1) if kpi.kpi_id in WEIGHED else line


GOALS_YML = """\
goals:
  - id: revenue
    title: {en: Sell more, ru: Продавать больше}
    kpi: bookings
    owner: Ada
    children:
""" + "".join(f"      {_goal(kpi)}\n" for kpi in load_definitions().values() if kpi.kpi_id != "bookings")

ORG_CSV = """\
node,kind,name,parent,valid_from,valid_to,hired_on,full_time_share,crm_ids
north,region,North,small,,,,,
south,region,South,small,,,,,
red,team,Red,north,,,,,
blue,team,Blue,south,,,,,
anna,person,Anna,red,,,,,crm:a
boris,person,Boris,red,,,,,crm:b
clara,person,Clara,blue,,,,,crm:c
ada,head,Ada,red,,,,,
ada,head,Ada,blue,,,,,
clara,deputy,,red,2025-03-10,2025-03-17,,,
"""

FILES = {
    "company.yml": COMPANY_YML,
    "goals.yml": GOALS_YML,
    "org.csv": ORG_CSV,
    "targets.csv": "kpi,node,period,level,value,currency,version,decided_on,decided_by,note\n"
    "win_rate,small,2025,target,0.5,,1,2024-12-01,Ada,\n",
    "absences.csv": "person,first_day,last_day,note\n",
    "rates.csv": "currency,kind,period,rate\n",
}

#: Nobody's deal of 1,000, a stranger's of 2,000, Anna's without an amount, Boris's of 400 that was closed a
#: day before it was created, and one whose date is not written as declared.
JANUARY_DIRT = [
    "X1,,Won,1000.00,2025-01-02,2025-01-20",
    "X2,zoe,Won,2000.00,2025-01-03,2025-01-21",
    "X3,a,Won,,2025-01-04,2025-01-22",
    "X4,b,Won,400.00,2025-01-24,2025-01-23",
    "X5,c,Won,500.00,31/01/2025,2025-02-05",
]


def deals_of(*months: int) -> dict[str, str]:
    """The rows of the regular deals of some months of 2025, by id."""
    rows = {}
    for month in months:
        for number, owner in enumerate("abc", 1):
            for nth in range(1, 7):
                created = date(2025, month, 4 * nth - 2)
                stage, closed = ("Won", "Won", "Won", "Lost", "Lost", "Open")[nth - 1], created + timedelta(7)
                deal, amount = f"D{month}{owner}{nth}", 100 * number * month + nth
                day = "" if stage == "Open" else closed
                rows[deal] = f"{deal},{owner},{stage},{amount}.50,{created},{day}"
    return rows


class SmallCompany:
    """The company's folder, to be edited between its nights."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "crm").mkdir(parents=True)
        for name, text in FILES.items():
            self.write(name, text)
        self.export([*deals_of(1, 2, 3).values(), *JANUARY_DIRT])

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def replace(self, name: str, old: str, new: str) -> None:
        """Put another text in the place of one that the file has once."""
        text = (self.folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new))

    def export(self, deals: Iterable[str]) -> None:
        """Write the CRM's export of deals."""
        self.write("crm/deals.csv", "\n".join([HEADER, *deals, ""]))

    def reach_april(self) -> None:
        """What the second night finds: April's deals, and what was changed in the past.

        A deal that Anna won in March was edited from 301.50 to 401.50, one that Boris won in February for
        401.50 deleted; one that Boris won in March and one that he had open, of 206.50, bear another owner
        now; and he moved to team blue on 15 April.
        """
        rows = deals_of(1, 2, 3, 4)
        rows["D3a1"] = rows["D3a1"].replace("301.50", "401.50")
        del rows["D2b1"]
        rows["D3b1"] = rows["D3b1"].replace(",b,", ",c,")
        rows["D1b6"] = rows["D1b6"].replace(",b,", ",a,")
        self.export([*rows.values(), *JANUARY_DIRT])
        self.replace(
            "org.csv",
            "boris,person,Boris,red,,,,,crm:b\n",
            "boris,person,Boris,red,,2025-04-15,,,crm:b\nboris,person,,blue,2025-04-15,,,,\n",
        )
