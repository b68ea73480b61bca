"""Currencies by their ISO 4217 code."""

from iso4217 import Currency


def is_known_currency(code: str) -> bool:
    """Whether the code, in capitals, is a currency of ISO 4217 in which amounts are counted."""
    return code.isupper() and code in Currency.__members__ and Currency[code].exponent is not None


def minor_unit_digits(code: str) -> int:
    """Decimal places of the currency's smallest unit: 2 for EUR, 0 for JPY."""
    digits = Currency[code].exponent
    if digits is None:
        raise ValueError(f"{code} is no currency in which amounts are counted")
    return digits
