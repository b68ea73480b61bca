"""The warehouse's numbers beside the ledger's, and what differs between the two."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cache

import psycopg

from ledger.books import Books, Number, Row
from ledger.catalogue import BASE_KPIS
from ledger.composites import COMPOSITES, Board, Spot
from ledger.roll_up import Flow, Node, Value, Values, roll_up
from yardstick.company.periods import PERIOD_KINDS, Period, PeriodKind
from yardstick.definitions.cards import Definition
from yardstick.definitions.files import load_definitions

#: What is shown; what a verdict withholds, as it was counted.
OF_SCORECARDS = """
    select kpi_id, node_kind, node_id, period_kind, period_start, period_end,
        case when status = 'withheld' then counted.numerator else shown.numerator end,
        case when status = 'withheld' then counted.denominator else shown.denominator end,
        case when status = 'withheld' then counted.actual else shown.actual end,
        shown.rows_counted, shown.target
    from kpi.scorecards as shown
    inner join build.int_actuals as counted
        using (kpi_id, node_kind, node_id, period_kind, period_start, period_end)
    where period_kind = any(%s) and period_end <= %s
"""
#: The same where nothing was judged or published.
OF_ACTUALS = """
    select kpi_id, node_kind, node_id, period_kind, period_start, period_end,
        counted.numerator, counted.denominator, counted.actual, counted.rows_counted, targets.target
    from build.int_actuals as counted
    left join build.int_targets as targets using (kpi_id, node_kind, node_id, period_kind, period_start)
    where period_kind = any(%s) and period_end <= %s
"""
#: The rows that a KPI counts in a period: of a flow those of its days, of a balance those of its last.
KPI_ROWS = """
    select person_id, record_id, numerator, denominator
    from build.kpi_rows
    where kpi_id = %(kpi_id)s and (
        %(is_flow)s and event_on between %(start)s and %(end)s
        or not %(is_flow)s and event_on <= %(end)s and (until_on is null or until_on > %(end)s)
    )
"""
_PLACES_SHOWN, _ROWS_SHOWN = 5, 4

Place = tuple[Node, Period]


@dataclass
class Warehouse:
    """What the warehouse says of closed periods, by KPI, node and period."""

    values: dict[str, Values] = field(default_factory=lambda: defaultdict(dict))
    bookings_targets: dict[Place, Decimal | None] = field(default_factory=dict)

    def kinds(self, kpi_id: str) -> tuple[set[str], set[PeriodKind]]:
        """Of nodes and of periods."""
        places = self.values[kpi_id]
        return {kind for (kind, _), _ in places}, {period.kind for _, period in places}


def read_warehouse(
    connection: psycopg.Connection, query: str, books: Books, period_kinds: Sequence[PeriodKind]
) -> Warehouse:
    """What `query` (one of the two above) says of the periods of these kinds that are closed."""
    warehouse = Warehouse()
    for row in connection.execute(query, [list(period_kinds), books.ledger.as_of]):
        kpi_id, node_kind, node_id, period_kind, start, end, numerator, denominator, actual, rows, target = (
            row
        )
        place = (node_kind, node_id), Period(start, end, period_kind)
        warehouse.values[kpi_id][place] = Value(actual, numerator, denominator, rows)
        if kpi_id == "bookings":
            warehouse.bookings_targets[place] = target
    return warehouse


@dataclass(frozen=True)
class Truth:
    """What the ledger says of the KPIs of the warehouse."""

    books: Books
    values: Mapping[str, Values]
    board: Board

    @classmethod
    def of(cls, books: Books, warehouse: Warehouse, period_kinds: Sequence[PeriodKind]) -> "Truth":
        values = {
            kpi_id: roll_up(books, kpi, kinds_shown(kpi_id, period_kinds))
            for kpi_id, kpi in BASE_KPIS.items()
        }
        return cls(books, values, Board(books, values, warehouse.bookings_targets))

    def value(self, kpi_id: str, node: Node, period: Period) -> Value:
        if kpi_id in COMPOSITES:
            return Value(COMPOSITES[kpi_id](Spot(self.board, node, period)), None, None, 0)
        return self.board.value(kpi_id, node, period)


def kinds_shown(kpi_id: str, period_kinds: Sequence[PeriodKind]) -> list[PeriodKind]:
    """Those that are as long as the shortest one in which the KPI says anything."""
    shortest = PERIOD_KINDS.index(_definitions()[kpi_id].shortest_period)
    return [kind for kind in period_kinds if PERIOD_KINDS.index(kind) >= shortest]


@cache
def _definitions() -> dict[str, Definition]:
    return load_definitions()


def differences(connection: psycopg.Connection, warehouse: Warehouse, truth: Truth, kpi_id: str) -> str:
    """What differs between the two: the first values, the rows behind them, and how many there are."""
    places = {*warehouse.values[kpi_id], *truth.values.get(kpi_id, ())}
    unequal = [place for place in places if not _is_told(warehouse, truth, kpi_id, place)]
    lines = [f"{kpi_id}: {len(unequal)} of {len(places)} values differ"] if unequal else []
    for node, period in sorted(unequal, key=_by_period)[:_PLACES_SHOWN]:
        lines.append(f"{' '.join(node)}, {period.kind} from {period.start}:")
        lines.append(f"  said  {warehouse.values[kpi_id].get((node, period))}")
        lines.append(f"  truly {truth.value(kpi_id, node, period)}")
        if kpi_id in BASE_KPIS:
            lines += [f"    {line}" for line in _rows(connection, truth.books, kpi_id, period)]
    return "\n".join(lines)


def _by_period(place: Place) -> tuple[object, ...]:
    node, period = place
    return period.start, period.end, node


def _is_told(warehouse: Warehouse, truth: Truth, kpi_id: str, place: Place) -> bool:
    said, true = warehouse.values[kpi_id].get(place), truth.value(kpi_id, *place)
    return said is not None and _is_same(kpi_id, said, true)


def _is_same(kpi_id: str, said: Value, true: Value) -> bool:
    if kpi_id in COMPOSITES:
        return _is_equal(said.actual, true.actual)
    return (
        said.rows_counted == true.rows_counted
        and _is_equal(said.actual, true.actual)
        and _is_equal(said.numerator, true.numerator)
        and _is_equal(said.denominator, true.denominator)
    )


def _is_equal(said: Number | None, true: Number | None) -> bool:
    if said is None or true is None:
        return said is true
    return Fraction(said) == Fraction(true)


# ---- the rows behind a difference

Counted = dict[tuple[str | None, str], list[str]]


def _rows(connection: psycopg.Connection, books: Books, kpi_id: str, period: Period) -> Iterator[str]:
    """Some of the rows that the two count otherwise in a period, at whatever node."""
    said, true = _rows_said(connection, kpi_id, period), _rows_true(books, kpi_id, period)
    unequal = [key for key in sorted({*said, *true}, key=str) if said.get(key) != true.get(key)]
    for key in unequal[:_ROWS_SHOWN]:
        person, record = key
        yield f"{record} of {person}: {said.get(key)} but truly {true.get(key)}"
    if len(unequal) > _ROWS_SHOWN:
        yield f"… {len(unequal)} in all"
    if not unequal:
        yield "no row differs: look at who is in which team"


def _rows_said(connection: psycopg.Connection, kpi_id: str, period: Period) -> Counted:
    parameters = {
        "kpi_id": kpi_id,
        "is_flow": isinstance(BASE_KPIS[kpi_id], Flow),
        "start": period.start,
        "end": period.end,
    }
    return _by_record(
        (person, record, numerator, denominator)
        for person, record, numerator, denominator in connection.execute(KPI_ROWS, parameters)
    )


def _rows_true(books: Books, kpi_id: str, period: Period) -> Counted:
    kpi = BASE_KPIS[kpi_id]
    rows: Iterable[Row] = kpi.rows(books) if isinstance(kpi, Flow) else kpi.rows_on(books, period.end)
    return _by_record(
        (row.person, row.record, row.numerator, row.denominator)
        for row in rows
        if row.on is not None and period.start <= row.on <= period.end
    )


def _by_record(rows: Iterable[tuple[str | None, str, Number | None, Number | None]]) -> Counted:
    counted: Counted = defaultdict(list)
    for person, record, *numbers in rows:
        counted[person, record].append(" / ".join(_text(number) for number in numbers if number is not None))
    return {key: sorted(values) for key, values in counted.items()}


def _text(number: Number) -> str:
    return str(Fraction(number))
