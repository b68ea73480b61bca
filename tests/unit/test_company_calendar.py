"""The working calendar, and the day that counts as today."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from company_files import CompanyFiles

from yardstick.company.calendar import CalendarDay, calendar_days
from yardstick.company.currencies import minor_unit_digits


@pytest.fixture
def company(tmp_path):
    return CompanyFiles(tmp_path).load()


def test_weekends_and_public_holidays_are_no_working_days(company):
    # Thursday 1 January 2026 is New Year's Day, Tuesday 6 January is Epiphany in Bavaria.
    days = list(calendar_days(company.settings, date(2025, 12, 31), date(2026, 1, 6)))

    assert [day.is_working_day for day in days] == [True, False, True, False, False, True, False]
    assert days[1] == CalendarDay(date(2026, 1, 1), False, "New Year's Day")
    assert days[6].holiday_name == "Epiphany"
    assert days[0].holiday_name is None


def test_the_machines_language_does_not_name_the_holidays(company, monkeypatch):
    monkeypatch.setenv("LANGUAGE", "de")

    (new_year,) = calendar_days(company.settings, date(2026, 1, 1), date(2026, 1, 1))

    assert new_year.holiday_name == "New Year's Day"


def test_a_holiday_of_another_state_is_a_working_day(company):
    berlin = company.settings.model_copy(update={"subdivision": "BE"})

    (epiphany,) = calendar_days(berlin, date(2026, 1, 6), date(2026, 1, 6))

    assert epiphany == CalendarDay(date(2026, 1, 6), True, None)


def test_a_saturday_that_a_government_makes_a_working_day_is_one(company):
    russia = company.settings.model_copy(update={"country": "RU", "subdivision": None})

    (saturday,) = calendar_days(russia, date(2024, 4, 27), date(2024, 4, 27))

    assert saturday.is_working_day


def test_a_weekend_is_the_countrys_own(company):
    saudi_arabia = company.settings.model_copy(update={"country": "SA", "subdivision": None})

    friday, saturday, sunday = calendar_days(saudi_arabia, date(2026, 5, 8), date(2026, 5, 10))

    assert (friday.is_working_day, saturday.is_working_day, sunday.is_working_day) == (False, False, True)


def test_as_of_is_what_the_settings_say(company):
    assert company.default_as_of() == date(2026, 6, 30)


@pytest.mark.parametrize("time_zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_without_it_as_of_is_yesterday_where_the_company_is(company, time_zone):
    settings = company.settings.model_copy(update={"as_of": None, "time_zone": time_zone})
    company = replace(company, settings=settings)

    before = datetime.now(UTC)
    as_of = company.default_as_of()
    after = datetime.now(UTC)

    assert (
        before.astimezone(company.zone).date()
        <= as_of + timedelta(days=1)
        <= after.astimezone(company.zone).date()
    )


def test_a_period_is_that_of_the_companys_fiscal_year(company):
    assert company.period("2027-Q1").start == date(2026, 4, 1)


def test_a_source_is_found_by_its_name(company):
    assert company.source("crm").folder == "export"
    with pytest.raises(KeyError):
        company.source("erp")


def test_the_minor_unit_of_a_currency_is_known():
    assert [minor_unit_digits(code) for code in ("EUR", "RUB", "JPY", "KWD")] == [2, 2, 0, 3]
