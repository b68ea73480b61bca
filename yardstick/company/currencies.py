"""Currencies by their ISO 4217 code."""

from babel.numbers import get_currency_precision, is_currency


def is_known_currency(code: str) -> bool:
    """Whether the code is an ISO 4217 currency, in capitals."""
    return is_currency(code)


def minor_unit_digits(code: str) -> int:
    """Decimal places of the currency's smallest unit: 2 for EUR, 0 for JPY."""
    return get_currency_precision(code)
