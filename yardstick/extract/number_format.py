"""Reads a number written with the declared signs, exactly, and nothing else."""

import re
from collections.abc import Callable

#: More than any amount of money needs, and far from what PostgreSQL's numeric refuses.
LONGEST_NUMBER = 50

#: Exports group thousands by any of the spaces; who declares one means them all.
_SPACES = " \u00a0\u202f"


def number_parser(decimal: str, thousands: str) -> Callable[[str], str]:
    """Build the function that turns text into a JSON number; it raises ValueError saying what was expected.

    An optional sign, then digits, either all plain or all grouped by threes, then optionally the
    decimal sign and more digits: no currency, per cent, exponent, bracket or bare decimal sign.
    Equal numbers give the same text, with every digit that counts: `1.50`, `+1.5` and `01.5` are all
    `1.5`, and `-0` is `0`.
    """
    group = f"[{_SPACES if thousands in _SPACES else re.escape(thousands)}]" if thousands else None
    grouped = f"|[0-9]{{1,3}}(?:{group}[0-9]{{3}})+" if group else ""
    expected = f"a number with decimal sign {decimal!r} and " + (
        f"thousands sign {thousands!r}" if thousands else "no thousands sign"
    )
    pattern = re.compile(f"([+-]?)([0-9]+{grouped})(?:{re.escape(decimal)}([0-9]+))?")

    def parse(text: str) -> str:
        match = pattern.fullmatch(text)
        if match is None or len(text) > LONGEST_NUMBER:
            raise ValueError(expected)
        sign, whole, fraction = match.groups("")
        whole = re.sub("[^0-9]", "", whole).lstrip("0") or "0"
        fraction = fraction.rstrip("0")
        minus = "-" if sign == "-" and (whole, fraction) != ("0", "") else ""
        return f"{minus}{whole}.{fraction}" if fraction else minus + whole

    return parse
