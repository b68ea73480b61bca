"""From rows to the values of nodes and periods."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from ledger.books import DAY, Books, Number, Row
from ledger.exact import percentile, rounded
from yardstick.company.periods import PERIOD_KINDS, Period, PeriodKind, period_of

#: Node kind and node.
Node = tuple[str, str]
#: Person and team.
Member = tuple[str, str]


@dataclass(frozen=True)
class Flow:
    """A KPI that adds up what happened in the period."""

    aggregation: Literal["sum", "ratio", "median"]
    rows: Callable[[Books], Iterable[Row]]


@dataclass(frozen=True)
class Balance:
    """A KPI that says how things stand at the end of the period's last day."""

    aggregation: Literal["sum", "ratio"]
    rows_on: Callable[[Books, date], Iterable[Row]]


Kpi = Flow | Balance


@dataclass(frozen=True)
class Value:
    """What a KPI comes to; None where there is nothing to divide by, or to take the middle of."""

    actual: Decimal | None
    numerator: Number | None
    denominator: Number | None
    rows_counted: int


Values = dict[tuple[Node, Period], Value]


@dataclass
class Counted:
    """What was counted at one node in one period."""

    numerators: list[Number] = field(default_factory=list)
    denominators: list[Number] = field(default_factory=list)
    rows: int = 0

    def count(self, row: Row, *, is_ratio: bool) -> None:
        """A row that lacks a value is counted, and adds nothing: in a ratio on neither side."""
        self.rows += 1
        if row.numerator is not None and (not is_ratio or row.denominator is not None):
            self.numerators.append(row.numerator)
            if row.denominator is not None:
                self.denominators.append(row.denominator)

    def add(self, other: "Counted") -> None:
        self.numerators += other.numerators
        self.denominators += other.denominators
        self.rows += other.rows

    def value(self, aggregation: str) -> Value:
        numerator, denominator = sum(self.numerators), sum(self.denominators)
        match aggregation:
            case "sum":
                return Value(rounded(numerator, 12), numerator, None, self.rows)
            case "ratio":
                ratio = rounded(Fraction(numerator) / Fraction(denominator), 12) if denominator else None
                return Value(ratio, numerator, denominator, self.rows)
            case _:
                middle = percentile(sorted(self.numerators), Fraction(1, 2)) if self.numerators else None
                return Value(None if middle is None else rounded(middle, 12), None, None, self.rows)


def nothing(kpi: Kpi) -> Value:
    """What a KPI comes to where nothing is counted."""
    return Counted().value(kpi.aggregation)


def roll_up(books: Books, kpi: Kpi, period_kinds: Iterable[PeriodKind] = PERIOD_KINDS) -> Values:
    """The values of a KPI at every node and in every closed period in which it counts anything."""
    kinds = list(period_kinds)
    counted = _flow(books, kpi, kinds) if isinstance(kpi, Flow) else _balance(books, kpi, kinds)
    nodes: dict[tuple[Node, Period], Counted] = defaultdict(Counted)
    for (member, period), of_member in counted.items():
        for node in nodes_of(books, member):
            nodes[node, period].add(of_member)
    return {place: at_node.value(kpi.aggregation) for place, at_node in nodes.items()}


def _flow(books: Books, kpi: Flow, kinds: list[PeriodKind]) -> dict[tuple[Member, Period], Counted]:
    """Rows by person, team of the row's day, and closed period."""
    closed: dict[date, list[Period]] = {}
    counted: dict[tuple[Member, Period], Counted] = defaultdict(Counted)
    for row in kpi.rows(books):
        if row.on is None:
            continue
        if row.on not in closed:
            closed[row.on] = list(closed_periods(books, row.on, kinds))
        member = member_on(books, row.person, row.on)
        for period in closed[row.on]:
            counted[member, period].count(row, is_ratio=kpi.aggregation == "ratio")
    return counted


def _balance(books: Books, kpi: Balance, kinds: list[PeriodKind]) -> dict[tuple[Member, Period], Counted]:
    """Rows of the last day of each closed period, by person and team of that day."""
    counted: dict[tuple[Member, Period], Counted] = defaultdict(Counted)
    day = books.ledger.first_day
    while day <= books.ledger.as_of:
        ending = [period for period in closed_periods(books, day, kinds) if period.end == day]
        for row in kpi.rows_on(books, day) if ending else ():
            for period in ending:
                counted[member_on(books, row.person, day), period].count(
                    row, is_ratio=kpi.aggregation == "ratio"
                )
        day += DAY
    return counted


def closed_periods(books: Books, day: date, kinds: Iterable[PeriodKind]) -> Iterator[Period]:
    """The periods that the day lies in and that are over."""
    for kind in kinds:
        period = period_of(day, kind, books.fiscal_year_start)
        if period.end <= books.ledger.as_of:
            yield period


def member_on(books: Books, person: str | None, day: date) -> Member:
    """A person in the team of the day; no one, and who is in no team, under names of their own."""
    return person or "unassigned", books.ledger.team_on(person, day) or "unassigned-team"


def nodes_of(books: Books, member: Member) -> Iterator[Node]:
    """The nodes that a person counts for while in a team."""
    person, team = member
    yield "person", person
    yield "team", team
    yield "region", books.ledger.region_of.get(team, "unassigned-region")
    yield "company", books.ledger.company
