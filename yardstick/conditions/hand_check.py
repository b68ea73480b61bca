"""A person's KPI, computed a second time from the rows that it counts: row by row, without SQL."""

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from statistics import median

from yardstick.company.periods import Period
from yardstick.conditions.dice import generator
from yardstick.conditions.finding import Finding
from yardstick.conditions.numbers import readable
from yardstick.conditions.thresholds import HandCheck
from yardstick.definitions.cards import Composite, Definition
from yardstick.definitions.formulas import DAYS, Value

#: Digits with which it is computed: far more than any value has.
_DIGITS = 50
#: What twelve decimals of the warehouse round away.
_ROUNDING = Decimal("1e-9")


@dataclass(frozen=True)
class Row:
    """A row of kpi_rows: what an event, or a stretch of days, adds to a person's KPI."""

    kpi_id: str
    record_id: str
    event_on: date
    until_on: date | None
    numerator: Decimal | None
    denominator: Decimal | None


@dataclass(frozen=True)
class Exported:
    """What is known of one person and period: rows, targets by KPI, the period and the one before it.

    The rows are the person's of the KPI, or of those that a composite's formula names, with a day that the
    calendar has; of a balance also those that began before the period.
    """

    person: str
    rows: Sequence[Row]
    targets: Mapping[str, Decimal]
    period: Period
    before: Period


def choose_person(kpi_id: str, people: Mapping[str, int], as_of: date, parameters: HandCheck) -> str | None:
    """Whose KPI the night recomputes; None where nobody's can be.

    `people` has those with a value, and how many rows it counts in the last closed period; for a composite
    these are the rows of all its inputs.
    """
    most = parameters.most_rows
    candidates = sorted(person for person, rows in people.items() if 1 <= rows <= most)
    return str(generator("hand check", kpi_id, as_of).choice(candidates)) if candidates else None


def check_by_hand(
    kpi_id: str,
    definitions: Mapping[str, Definition],
    exported: Exported,
    actual: Decimal | None,
    period_name: str,
    parameters: HandCheck,
) -> Finding:
    """Dimension `hand_check`: is what is computed here what the warehouse has, before it withholds?"""
    by_hand = recomputed(kpi_id, definitions, exported)
    agrees = _agree(by_hand, actual, parameters.difference)
    return Finding(
        dimension="hand_check",
        verdict="pass" if agrees else "fail",
        reason="hand_check_agrees" if agrees else "hand_check_differs",
        n=len(exported.rows),
        estimate=_difference(by_hand, actual),
        threshold=float(parameters.difference),
        values={
            "person": exported.person,
            "period": period_name,
            "by_hand": readable(by_hand),
            "published": readable(actual),
        },
    )


def nobody_to_check(period_name: str, parameters: HandCheck) -> Finding:
    """Where `choose_person` finds nobody."""
    return Finding(
        dimension="hand_check",
        verdict="not enough data",
        reason="hand_check_nobody",
        n=0,
        values={"period": period_name, "most": parameters.most_rows},
    )


def recomputed(kpi_id: str, definitions: Mapping[str, Definition], exported: Exported) -> Decimal | None:
    """The person's KPI in the period; None where there is nothing to divide by, or a value is not known."""
    definition = definitions[kpi_id]
    with localcontext(prec=_DIGITS):
        if not isinstance(definition, Composite):
            return _counted(definition, exported, exported.period)["actual"]
        calculation = definition.calculation
        values = {value.name: _value(value, definitions, exported) for value in calculation.values}
        return _evaluated(calculation.tree, values)


def _value(value: Value, definitions: Mapping[str, Definition], exported: Exported) -> Decimal | None:
    """What a formula names."""
    period = exported.before if value.is_opening else exported.period
    if value == DAYS:
        return Decimal((period.end - period.start).days + 1)
    kpi_id = str(value.kpi_id)
    if value.attribute == "target":
        return exported.targets.get(kpi_id)
    definition = definitions[kpi_id]
    if isinstance(definition, Composite):
        return recomputed(kpi_id, definitions, exported)
    return _counted(definition, exported, period)[value.attribute]


def _counted(definition: Definition, exported: Exported, period: Period) -> dict[str, Decimal | None]:
    """The attributes of a KPI that counts rows."""
    rows = [
        row for row in exported.rows if row.kpi_id == definition.kpi_id and _counts(row, definition, period)
    ]
    counted: dict[str, Decimal | None] = {
        "rows_counted": Decimal(len(rows)),
        "numerator": None,
        "denominator": None,
    }
    if definition.aggregation == "distinct":
        return {**counted, "actual": Decimal(len({row.record_id for row in rows}))}
    if definition.aggregation == "median":
        known = [row.numerator for row in rows if row.numerator is not None]
        return {**counted, "actual": median(known) if known else None}
    if definition.aggregation == "sum":
        total = _total(row.numerator for row in rows)
        return {**counted, "numerator": total, "actual": total}
    both = [row for row in rows if row.numerator is not None and row.denominator is not None]
    above, below = _total(row.numerator for row in both), _total(row.denominator for row in both)
    return {**counted, "numerator": above, "denominator": below, "actual": above / below if below else None}


def _counts(row: Row, definition: Definition, period: Period) -> bool:
    """A flow counts on its day; a balance on the period's last day, if it has begun and still lasts."""
    if definition.over_time == "flow":
        return period.start <= row.event_on <= period.end
    return row.event_on <= period.end and (row.until_on is None or period.end < row.until_on)


def _total(values: Iterable[Decimal | None]) -> Decimal:
    return sum((value for value in values if value is not None), Decimal(0))


def _evaluated(node: ast.expr, values: Mapping[str, Decimal | None]) -> Decimal | None:
    """A part of a formula; what rests on something that is not known is not known."""
    match node:
        case ast.Constant(value=number):
            return Decimal(str(number))
        case ast.Attribute():
            return values[ast.unparse(node)]
        case ast.UnaryOp(operand=operand):
            inner = _evaluated(operand, values)
            return None if inner is None else -inner
        case ast.Call(func=ast.Name(id=function), args=arguments):
            known = [_evaluated(argument, values) for argument in arguments]
            numbers = [number for number in known if number is not None]
            if len(numbers) < len(known):
                return None
            return min(numbers) if function == "min" else max(numbers)
        case ast.BinOp(left=left, op=operator, right=right):
            return _combined(operator, _evaluated(left, values), _evaluated(right, values))
    raise AssertionError(ast.dump(node))


def _combined(operator: ast.operator, left: Decimal | None, right: Decimal | None) -> Decimal | None:
    if left is None or right is None:
        return None
    match operator:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
    return left / right if right else None


def _agree(by_hand: Decimal | None, actual: Decimal | None, tolerated: Decimal) -> bool:
    if by_hand is None or actual is None:
        return by_hand is actual
    return abs(by_hand - actual) <= max(tolerated * abs(actual), _ROUNDING)


def _difference(by_hand: Decimal | None, actual: Decimal | None) -> float | None:
    if by_hand is None or not actual:
        return None
    return round(float(abs(by_hand - actual) / abs(actual)), 6)
