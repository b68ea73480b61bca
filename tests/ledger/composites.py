"""KPIs that count nothing themselves: formulas over the values of others at the same node, and targets."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ledger.books import DAY, Books
from ledger.catalogue import BASE_KPIS
from ledger.exact import rounded
from ledger.roll_up import Node, Value, Values, nothing
from yardstick.company.periods import Period, period_of

Target = Decimal | None


@dataclass(frozen=True)
class Board:
    """The values of the KPIs that count rows, by KPI, and the targets for bookings."""

    books: Books
    values: Mapping[str, Values]
    bookings_targets: Mapping[tuple[Node, Period], Target]

    def at(self, node: Node, period: Period) -> "Spot":
        return Spot(self, node, period)

    def value(self, kpi_id: str, node: Node, period: Period) -> Value:
        return self.values[kpi_id].get((node, period)) or nothing(BASE_KPIS[kpi_id])


@dataclass(frozen=True)
class Spot:
    """A node in a period, as a formula sees it."""

    board: Board
    node: Node
    period: Period

    def now(self, kpi_id: str) -> Value:
        return self.board.value(kpi_id, self.node, self.period)

    def opening(self, kpi_id: str) -> Value:
        """The value of the period before."""
        day_before = self.period.start - DAY
        before = period_of(day_before, self.period.kind, self.board.books.fiscal_year_start)
        return self.board.value(kpi_id, self.node, before)

    @property
    def bookings_target(self) -> Target:
        return self.board.bookings_targets.get((self.node, self.period))

    @property
    def days(self) -> int:
        return (self.period.end - self.period.start).days + 1


def quota_attainment(spot: Spot) -> Decimal | None:
    return _ratio(spot.now("bookings").actual, spot.bookings_target)


def pipeline_coverage(spot: Spot) -> Decimal | None:
    target = spot.bookings_target
    return _ratio(spot.opening("open_pipeline").actual, None if target is None else max(target, Decimal()))


def sales_velocity(spot: Spot) -> Decimal | None:
    """Open deals × win rate × average deal size ÷ sales cycle."""
    win_rate, size = spot.now("win_rate").actual, spot.now("average_deal_size").actual
    if win_rate is None or size is None:
        return None
    would_bring = spot.now("open_pipeline").rows_counted * Fraction(win_rate) * Fraction(size)
    return _ratio(would_bring, spot.now("sales_cycle").actual)


def days_sales_outstanding(spot: Spot) -> Decimal | None:
    """Receivables, halfway between the period's start and end, over what is invoiced a day."""
    receivables = (spot.opening("overdue_share").denominator, spot.now("overdue_share").denominator)
    middle = sum((Fraction(amount or 0) for amount in receivables), Fraction()) / 2
    return _ratio(middle * spot.days, spot.now("invoiced_sales").actual)


def _ratio(above: Fraction | Decimal | None, below: Decimal | None) -> Decimal | None:
    """None where one is not told, and where there is nothing to divide by."""
    return None if above is None or not below else rounded(Fraction(above) / Fraction(below), 12)


COMPOSITES = {
    "quota_attainment": quota_attainment,
    "pipeline_coverage": pipeline_coverage,
    "sales_velocity": sales_velocity,
    "days_sales_outstanding": days_sales_outstanding,
}
