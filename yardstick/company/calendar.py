"""The company's working calendar: weekends and public holidays of its country."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

import holidays

from yardstick.company.settings import CompanySettings


class CalendarDay(NamedTuple):
    """A day, whether the company works on it, and the public holiday that falls on it, if any."""

    date: date
    is_working_day: bool
    holiday_name: str | None


def calendar_days(settings: CompanySettings, first: date, last: date) -> Iterator[CalendarDay]:
    """Every day from first to last, both inclusive, by the calendar of the company's country.

    Holidays bear their English names: without a language they would bear that of the machine's locale.
    """
    calendar = holidays.country_holidays(settings.country, subdiv=settings.subdivision, language="en_US")
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        yield CalendarDay(day, calendar.is_working_day(day), calendar.get(day))
