"""Odoo's search domains: conditions in Polish notation, joined by "and" where nothing else is said."""

from collections.abc import Callable, Sequence
from typing import Any

Row = dict[str, Any]
#: Value of a field that may lead over relations, such as order_id.opportunity_id.
Look = Callable[[Row, str], Any]
Test = Callable[[Row], bool]

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    ">": lambda found, asked: found > asked,
    ">=": lambda found, asked: found >= asked,
    "<": lambda found, asked: found < asked,
    "<=": lambda found, asked: found <= asked,
}


def compiled(domain: Sequence[Any], look: Look) -> Test:
    """Whether a row is in the domain; raises ValueError for what Odoo would not take."""
    stack: list[Test] = []
    for term in reversed(domain):
        if term == "!":
            stack.append(_negated(stack.pop()))
        elif term in ("&", "|"):
            stack.append(_joined(term, stack.pop(), stack.pop()))
        elif isinstance(term, list | tuple) and len(term) == 3:
            stack.append(_condition(*term, look))
        else:
            raise ValueError(f"Invalid leaf {term!r}")
    return lambda row: all(test(row) for test in stack)


def _negated(test: Test) -> Test:
    return lambda row: not test(row)


def _joined(operator: str, left: Test, right: Test) -> Test:
    if operator == "&":
        return lambda row: left(row) and right(row)
    return lambda row: left(row) or right(row)


def _condition(field: str, operator: str, asked: Any, look: Look) -> Test:
    if operator in ("in", "not in"):
        wanted = set(asked)
        return lambda row: _is_in(look(row, field), wanted) == (operator == "in")
    if operator in ("=", "!="):
        return lambda row: _equals(look(row, field), asked) == (operator == "=")
    compare = _COMPARISONS[operator]
    return lambda row: look(row, field) not in (None, False) and compare(look(row, field), asked)


def _is_in(found: Any, wanted: set[Any]) -> bool:
    return bool(wanted.intersection(found)) if isinstance(found, list) else found in wanted


def _equals(found: Any, asked: Any) -> bool:
    if asked is False:
        return not found
    return asked in found if isinstance(found, list) else bool(found == asked)
