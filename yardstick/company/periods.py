"""Periods as people write them (2026, 2026-Q1, 2026-03, 2026-W07), and the days that they cover."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

PeriodKind = Literal["week", "month", "quarter", "year"]

#: Shortest first.
PERIOD_KINDS: tuple[PeriodKind, ...] = ("week", "month", "quarter", "year")

_NAME = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?:-Q(?P<quarter>[1-4])|-W(?P<week>\d\d)|-(?P<month>0[1-9]|1[0-2]))?", re.ASCII
)


@dataclass(frozen=True, order=True)
class Period:
    """A week, month, quarter or year: its first and its last day, both inclusive."""

    start: date
    end: date
    kind: PeriodKind


def parse_period(name: str, fiscal_year_start: int) -> Period:
    """Period of a name such as 2026, 2026-Q1, 2026-03 or 2026-W07.

    Years and quarters are fiscal and named by the calendar year in which the fiscal year ends; months
    are calendar months, weeks are ISO weeks. Raises ValueError, saying what a period looks like.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        raise ValueError("a period from 1900 to 2099 such as 2026, 2026-Q1, 2026-03 or 2026-W07")
    year = int(match["year"])
    if match["week"]:
        return _iso_week(year, int(match["week"]))
    if match["month"]:
        return _months(year, int(match["month"]), 1, "month")
    first_year = year if fiscal_year_start == 1 else year - 1
    if match["quarter"]:
        return _months(first_year, fiscal_year_start + 3 * (int(match["quarter"]) - 1), 3, "quarter")
    return _months(first_year, fiscal_year_start, 12, "year")


def period_of(day: date, kind: PeriodKind, fiscal_year_start: int) -> Period:
    """The one period of the kind that holds the day."""
    if kind == "week":
        return _week_from(day - timedelta(days=day.weekday()))
    if kind == "month":
        return _months(day.year, day.month, 1, kind)
    length = 3 if kind == "quarter" else 12
    months_into_period = (day.month - fiscal_year_start) % length
    return _months(day.year, day.month - months_into_period, length, kind)


def period_name(period: Period, fiscal_year_start: int) -> str:
    """How people write the period: what parse_period reads as it."""
    if period.kind == "week":
        year, week, _ = period.start.isocalendar()
        return f"{year}-W{week:02}"
    if period.kind == "month":
        return f"{period.start:%Y-%m}"
    year = fiscal_year(period.start, fiscal_year_start)
    if period.kind == "year":
        return str(year)
    return f"{year}-Q{(period.start.month - fiscal_year_start) % 12 // 3 + 1}"


def fiscal_year(day: date, fiscal_year_start: int) -> int:
    """The calendar year in which the day's fiscal year ends."""
    return period_of(day, "year", fiscal_year_start).end.year


def _months(year: int, first_month: int, count: int, kind: PeriodKind) -> Period:
    next_start = _first_of_month(year, first_month + count)
    return Period(_first_of_month(year, first_month), next_start - timedelta(days=1), kind)


def _first_of_month(year: int, month: int) -> date:
    """First day of a month counted from January of the year; 0 is December before, 13 January after."""
    years, month_index = divmod(month - 1, 12)
    return date(year + years, month_index + 1, 1)


def _iso_week(year: int, week: int) -> Period:
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError:
        last_week = date(year, 12, 28).isocalendar().week
        raise ValueError(f"a week of {year}, from {year}-W01 to {year}-W{last_week}") from None
    return _week_from(monday)


def _week_from(monday: date) -> Period:
    return Period(monday, monday + timedelta(days=6), "week")
