"""A small company on disk, right in every way, for tests that break one thing of it."""

from pathlib import Path

from yardstick.company import Company, load_company
from yardstick.definitions.files import composite_folder, kpi_folder
from yardstick.errors import ConfigurationError

COMPANY_YML = """\
id: demo
name: Nordlicht Instruments
currency: EUR
time_zone: Europe/Berlin
fiscal_year_start: 4
country: DE
subdivision: BY
languages: [en, ru]
as_of: 2026-06-30
sources:
  - name: crm
    kind: csv
    folder: export
    delimiter: ";"
    date_format: "%d.%m.%Y"
    decimal: ","
    thousands: "."
    record_url: https://crm.example.com/{entity}/{id}
    entities:
      people:
        file: people.csv
        fields:
          id: login
          name: full_name
          team: team
          region: area
        aliases:
          team: {blue team: blue}
      deals:
        file: deals.csv
        fields:
          id: number
          owner_id: seller
          stage: phase
          amount: sum
          created_at: opened
          closed_at: closed
        date_formats:
          closed_at: "%d.%m.%Y %H:%M"
    stages:
      open: [lead, offer]
      won: [won]
      lost: [lost]
"""

GOALS_YML = """\
goals:
  - id: revenue
    title: {en: Sell more, ru: Продавать больше}
    kpi: bookings
    owner: Ada
    children:
      - id: more_deals
        title: {en: More deals, ru: Больше сделок}
        kpi: deals_won
        owner: Ada
        relation: driver
        lag_months: 2
"""

ORG_CSV = """\
node,kind,name,parent,valid_from,valid_to,hired_on,full_time_share,crm_ids
north,region,North,demo,,,,,
south,region,South,demo,,,,,
red,team,Red,north,2025-01-01,,,,
green,team,Green,south,2025-01-01,,,,
anna,person,Anna Ahlers,red,2025-01-01,2026-02-01,2024-09-01,0.8,crm:a.ahlers
anna,person,,green,2026-02-01,,,,
boris,person,Boris Brandt,red,2025-06-01,,,,crm:b.brandt
"""

TARGETS_CSV = """\
kpi,node,period,level,value,currency,version,decided_on,decided_by,note
bookings,demo,2027,target,1250000.50,EUR,1,2026-03-01,Ada,
deals_won,anna,2026-05,stretch,12,,1,2026-03-01,Ada,spring
"""

RATES_CSV = """\
currency,kind,period,rate
USD,plan,2027,0.92
USD,actual,2026-05,0.9
USD,plan,2028,0.93
"""

FILES = {
    "company.yml": COMPANY_YML,
    "goals.yml": GOALS_YML,
    "org.csv": ORG_CSV,
    "targets.csv": TARGETS_CSV,
    "absences.csv": "person,first_day,last_day,note\nanna,2026-05-04,2026-05-08,leave\n",
    "rates.csv": RATES_CSV,
    "export/people.csv": "login;full_name;team;area\nc.conrad;Carla Conrad;blue team;West\n",
    "export/deals.csv": "number;seller;phase;sum;opened;closed\n1;a.ahlers;won;10;01.05.2026;\n",
}

DEFINITION_YML = """\
models:
  - name: kpi_{kpi_id}
    description: One row per deal.
    config:
      meta:
        kpi:
          title: {{en: Title, ru: Название}}
          meaning: {{en: What it means., ru: Что это значит.}}
          formula: Σ of something
          unit: {unit}
          direction: up
          aggregation: {aggregation}
          over_time: flow
          shortest_period: {shortest_period}
          timing: lag
          owner: Head of sales
          counter_kpi: null
          inputs: [deals.owner_id, deals.closed_at]
          worked_example: {{en: One and one is two., ru: Один и один — два.}}
"""

COMPOSITE_YML = """\
kpi:
  title: {{en: Title, ru: Название}}
  meaning: {{en: What it means., ru: Что это значит.}}
  formula: One by the other
  expression: {expression}
  unit: count
  direction: up
  over_time: flow
  shortest_period: {shortest_period}
  timing: lag
  owner: Head of sales
  worked_example: {{en: One by two is a half., ru: Один на два — половина.}}
"""

Found = tuple[str, int | None, str | None, str, str]


class CompanyFiles:
    """The company's folder and a folder of KPI definitions, to be edited before they are read."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "company"
        self.project = home / "dbt_project"
        self.kpis = kpi_folder(self.project)
        self.composites = composite_folder(self.project)
        (self.folder / "export").mkdir(parents=True)
        self.kpis.mkdir(parents=True)
        self.composites.mkdir()
        for name, text in FILES.items():
            self.write(name, text)
        self.define("bookings", unit="money")
        self.define("deals_won")

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def append(self, name: str, row: str) -> int:
        """Add a row at the end of a file; its line."""
        text = (self.folder / name).read_text(encoding="utf-8")
        self.write(name, f"{text}{row}\n")
        return text.count("\n") + 1

    def replace(self, name: str, old: str, new: str) -> int:
        """Put another text in the place of one that the file has once; its line."""
        text = (self.folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new))
        return text[: text.index(old)].count("\n") + 1

    def define(
        self, kpi_id: str, unit: str = "count", shortest_period: str = "week", aggregation: str = "sum"
    ) -> Path:
        """Add a KPI with its definition; the definition's file."""
        file = self.kpis / f"kpi_{kpi_id}.yml"
        text = DEFINITION_YML.format(
            kpi_id=kpi_id, unit=unit, shortest_period=shortest_period, aggregation=aggregation
        )
        file.write_text(text, encoding="utf-8")
        file.with_suffix(".sql").write_text("select 1", encoding="utf-8")
        return file

    def compose(self, kpi_id: str, expression: str, shortest_period: str = "week") -> Path:
        """Add a composite KPI; its definition's file."""
        file = self.composites / f"{kpi_id}.yml"
        text = COMPOSITE_YML.format(expression=expression, shortest_period=shortest_period)
        file.write_text(text, encoding="utf-8")
        return file

    def load(self) -> Company:
        return load_company(self.folder, self.project)

    def problems(self) -> list[Found]:
        """Every problem as file, line, field, found, expected; nothing if the company is right."""
        try:
            self.load()
        except ConfigurationError as error:
            return [
                (self._name(problem.file), problem.line, problem.field, problem.found, problem.expected)
                for problem in error.problems
            ]
        return []

    def _name(self, file: Path) -> str:
        folders = (self.folder, self.kpis, self.composites)
        return next(file.relative_to(base).as_posix() for base in folders if file.is_relative_to(base))
