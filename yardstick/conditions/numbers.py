"""Numbers as people of either language read them, for the values of a reason."""

from decimal import Decimal

_NO_BREAK = "\u00a0"


def readable(value: object) -> str:
    """In groups of three digits, with at most two decimals, or four below ten; a dash for nothing."""
    if value is None:
        return "–"
    number = Decimal(str(value))
    decimals = 2 if abs(number) >= 10 else 4
    text = f"{number:,.{decimals}f}".replace(",", _NO_BREAK)
    return text.rstrip("0").rstrip(".")


def percent(share: Decimal | float) -> str:
    """With one decimal, unless that is 0."""
    return f"{share:.1%}".replace(".0%", "%").replace("%", f"{_NO_BREAK}%")
