"""Figures and days as people write them in their language."""

from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent

from yardstick.languages import Language

_MINUTES = {"en": "{} min", "ru": "{} мин"}
_DAYS = {"en": "{} days", "ru": "{} дн."}


def figure(value: Decimal, unit: str, language: Language, currency: str) -> str:
    """A KPI's value with its unit: whole money, per cent to a tenth, and else at most a tenth."""
    match unit:
        case "money":
            return format_currency(
                value, currency, format="#,##0 ¤" if language == "ru" else "¤#,##0", locale=language,
                currency_digits=False,
            )  # fmt: skip
        case "share":
            return format_percent(
                value, format="#,##0.#%" if language == "en" else "#,##0.# %", locale=language
            )
    number = format_decimal(value, format="#,##0.#", locale=language)
    match unit:
        case "minutes":
            return _MINUTES[language].format(number)
        case "days":
            return _DAYS[language].format(number)
    return number


def percent(share: Decimal, language: Language) -> str:
    """A share of a plan in whole per cent."""
    return format_percent(share, format="#,##0%" if language == "en" else "#,##0 %", locale=language)


def day(value: date, language: Language) -> str:
    """A day in words."""
    return format_date(value, format="long", locale=language)


def month(value: date, language: Language) -> str:
    """A month in words."""
    return format_date(value, format="LLLL y", locale=language)
