"""A composite KPI's expression: as people write it, checked, and as SQL.

An expression is made of values, numbers, + - * /, parentheses, min() and max(). A value is an attribute of
another KPI at the same node in the same period, such as `win_rate.actual`; after opening_, that of the period
before, such as `open_pipeline.opening_actual`; or `period.days`.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from yardstick.reading.wording import did_you_mean, quoted

ATTRIBUTES = ("actual", "numerator", "denominator", "rows_counted", "target")
OPENING = "opening_"
PERIOD = "period"

_LOOKS_LIKE = "a formula of values such as win_rate.actual, numbers, + - * /, parentheses, min() and max()"
READABLE = (*ATTRIBUTES, *(f"{OPENING}{attribute}" for attribute in ATTRIBUTES if attribute != "target"))
_OPERATORS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}
#: Decimals of a quotient: so many that rounding it to those shown is like rounding the exact one.
_DECIMALS = 30
_FUNCTIONS = {"min": "least", "max": "greatest"}


@dataclass(frozen=True)
class Value:
    """An attribute of a KPI in the formula's own period or, if it is an opening one, in the period before.

    `period.days` is the value `days` of no KPI: the days of the period that are over.
    """

    kpi_id: str | None
    attribute: str
    is_opening: bool = False

    @property
    def name(self) -> str:
        """The value as people write it."""
        return f"{self.kpi_id or PERIOD}.{OPENING if self.is_opening else ''}{self.attribute}"


DAYS = Value(None, "days")


class Formula:
    """An expression that can be computed. Raises ValueError, saying what is expected, for any other."""

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self.tree = ast.parse(text.strip(), mode="eval").body
            #: What the formula rests on, in the order in which it is named, each once.
            self.values: tuple[Value, ...] = tuple(dict.fromkeys(self._values(self.tree)))
        except (SyntaxError, RecursionError, MemoryError):
            raise ValueError(_LOOKS_LIKE) from None
        if not self.inputs:
            raise ValueError(f"{_LOOKS_LIKE}; no KPI is named")

    @property
    def inputs(self) -> tuple[Value, ...]:
        """The values that are a KPI's."""
        return tuple(value for value in self.values if value.kpi_id is not None)

    def inlined(self, formulas: Mapping[str, "Formula"]) -> "Formula":
        """The same formula, with the formulas of KPIs in the place of their actuals."""
        formula = self
        while any(value.kpi_id in formulas for value in formula.values):
            tree = _Inliner(formulas).visit(ast.parse(formula.text.strip(), mode="eval"))
            formula = Formula(ast.unparse(tree))
        return formula

    def sql(self, column: Callable[[Value], str]) -> str:
        """The formula as an SQL expression over numeric columns; null where a value is, or a divisor is 0."""
        return self._sql(self.tree, column)

    def _values(self, node: ast.expr) -> Iterator[Value]:
        match node:
            case ast.Constant():
                self._number(node)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                yield from self._values(operand)
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right=right):
                yield from self._values(left)
                yield from self._values(right)
            case ast.Call(func=ast.Name(id="min" | "max"), args=[_, _, *_], keywords=[]):
                for argument in node.args:
                    yield from self._values(argument)
            case ast.Attribute(value=ast.Name(id=owner), attr=attribute):
                yield _value(owner, attribute)
            case _:
                raise ValueError(f"{_LOOKS_LIKE}; not {quoted(self._written(node))}")

    def _sql(self, node: ast.expr, column: Callable[[Value], str]) -> str:
        match node:
            case ast.Constant():
                return f"{self._number(node)}::numeric"
            case ast.UnaryOp(operand=operand):
                return f"(- {self._sql(operand, column)})"
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                above, below = self._sql(left, column), self._sql(right, column)
                return f"(round({above}, {_DECIMALS}) / nullif({below}, 0))"
            case ast.BinOp(left=left, op=operator, right=right):
                return f"({self._sql(left, column)} {_OPERATORS[type(operator)]} {self._sql(right, column)})"
            case ast.Call(func=ast.Name(id=function), args=arguments):
                listed = ", ".join(self._sql(argument, column) for argument in arguments)
                # least() and greatest() would pass over what is not known.
                return f"case when num_nulls({listed}) = 0 then {_FUNCTIONS[function]}({listed}) end"
            case ast.Attribute(value=ast.Name(id=owner), attr=attribute):
                return column(_value(owner, attribute))
        raise AssertionError(ast.dump(node))

    def _number(self, node: ast.Constant) -> str:
        written = self._written(node)
        if not written.replace(".", "", 1).isdecimal() or not written.isascii():
            raise ValueError(f"{_LOOKS_LIKE}; not {quoted(written)}")
        return written

    def _written(self, node: ast.expr) -> str:
        return ast.get_source_segment(self.text.strip(), node) or self.text


class _Inliner(ast.NodeTransformer):
    def __init__(self, formulas: Mapping[str, Formula]) -> None:
        self._formulas = formulas

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        formula = self._formulas.get(node.value.id) if isinstance(node.value, ast.Name) else None
        return node if formula is None else formula.tree


def _value(owner: str, attribute: str) -> Value:
    if owner == PERIOD:
        if attribute != DAYS.attribute:
            raise ValueError(f"{PERIOD}.{DAYS.attribute}, not {quoted(f'{owner}.{attribute}')}")
        return DAYS
    if attribute not in READABLE:
        hint = did_you_mean(attribute, READABLE)
        raise ValueError(f"after {owner}. one of {', '.join(READABLE)}, not {quoted(attribute)}{hint}")
    return Value(owner, attribute.removeprefix(OPENING), attribute.startswith(OPENING))
