"""Periods: what their names mean, and that they cover every day once."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yardstick.company.periods import (
    PERIOD_KINDS,
    Period,
    fiscal_year,
    parse_period,
    period_name,
    period_of,
)

days = st.dates(date(1901, 1, 1), date(2098, 12, 31))
kinds = st.sampled_from(PERIOD_KINDS)
starts = st.integers(1, 12)


@pytest.mark.parametrize(
    ("name", "fiscal_year_start", "expected"),
    [
        ("2026", 1, Period(date(2026, 1, 1), date(2026, 12, 31), "year")),
        ("2026", 4, Period(date(2025, 4, 1), date(2026, 3, 31), "year")),
        ("2026-Q1", 1, Period(date(2026, 1, 1), date(2026, 3, 31), "quarter")),
        ("2026-Q1", 4, Period(date(2025, 4, 1), date(2025, 6, 30), "quarter")),
        ("2026-Q4", 4, Period(date(2026, 1, 1), date(2026, 3, 31), "quarter")),
        ("2026-Q1", 12, Period(date(2025, 12, 1), date(2026, 2, 28), "quarter")),
        ("2024-02", 4, Period(date(2024, 2, 1), date(2024, 2, 29), "month")),
        ("2026-12", 4, Period(date(2026, 12, 1), date(2026, 12, 31), "month")),
        ("2026-W07", 4, Period(date(2026, 2, 9), date(2026, 2, 15), "week")),
        ("2026-W01", 1, Period(date(2025, 12, 29), date(2026, 1, 4), "week")),
        ("2026-W53", 1, Period(date(2026, 12, 28), date(2027, 1, 3), "week")),
    ],
)
def test_a_name_means_these_days(name, fiscal_year_start, expected):
    assert parse_period(name, fiscal_year_start) == expected


@pytest.mark.parametrize(
    "name", ["", "26", "2026-Q5", "2026-Q0", "2026-13", "2026-3", "2026-W7", "2026 Q1", "0000"]
)
def test_another_name_is_no_period(name):
    with pytest.raises(ValueError, match="such as 2026, 2026-Q1, 2026-03 or 2026-W07"):
        parse_period(name, 1)


@pytest.mark.parametrize(("name", "last"), [("2027-W53", 52), ("2026-W54", 53), ("2026-W00", 53)])
def test_a_week_that_the_year_does_not_have_is_no_period(name, last):
    with pytest.raises(ValueError, match=f"to {name[:4]}-W{last}"):
        parse_period(name, 1)


@given(days, kinds, starts)
def test_every_day_lies_in_its_period(day, kind, fiscal_year_start):
    period = period_of(day, kind, fiscal_year_start)

    assert period.kind == kind
    assert period.start <= day <= period.end


@given(days, kinds, starts)
def test_periods_follow_one_another_without_gap_or_overlap(day, kind, fiscal_year_start):
    period = period_of(day, kind, fiscal_year_start)
    following = period_of(period.end + timedelta(days=1), kind, fiscal_year_start)

    assert following.start == period.end + timedelta(days=1)
    assert period_of(period.start, kind, fiscal_year_start) == period
    assert period_of(period.end, kind, fiscal_year_start) == period


@given(days, starts)
def test_a_fiscal_year_is_its_four_quarters_and_its_twelve_months(day, fiscal_year_start):
    year = period_of(day, "year", fiscal_year_start)
    name = fiscal_year(day, fiscal_year_start)
    quarters = [parse_period(f"{name}-Q{number}", fiscal_year_start) for number in (1, 2, 3, 4)]

    assert parse_period(str(name), fiscal_year_start) == year
    assert (quarters[0].start, quarters[3].end) == (year.start, year.end)
    assert period_of(day, "quarter", fiscal_year_start) in quarters
    assert year.start.month == fiscal_year_start
    assert year.end.year == name


@given(days, starts)
def test_a_name_and_the_days_that_it_covers_agree(day, fiscal_year_start):
    iso_year, week, _ = day.isocalendar()

    month = parse_period(f"{day.year}-{day.month:02}", fiscal_year_start)
    assert month == period_of(day, "month", fiscal_year_start)
    assert parse_period(f"{iso_year}-W{week:02}", fiscal_year_start) == period_of(
        day, "week", fiscal_year_start
    )


@given(days, kinds, starts)
def test_a_periods_name_is_read_as_that_period(day, kind, fiscal_year_start):
    period = period_of(day, kind, fiscal_year_start)

    assert parse_period(period_name(period, fiscal_year_start), fiscal_year_start) == period
