"""Dates and times are read in the declared format only; nothing is guessed."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yardstick.extract.moment_format import moment_parser

BERLIN = ZoneInfo("Europe/Berlin")


def read(text: str, moment_format: str, zone: ZoneInfo = BERLIN) -> str:
    return moment_parser(moment_format, zone)(text)


@pytest.mark.parametrize(
    ("text", "moment_format"),
    [
        ("2024-02-01", "%Y-%m-%d"),
        ("01.02.2024", "%d.%m.%Y"),
        ("02/01/2024", "%m/%d/%Y"),
        ("20240201", "%Y%m%d"),
        ("01-feb-2024", "%d-%b-%Y"),
        ("February 1, 2024", "%B %d, %Y"),
    ],
)
def test_a_format_without_a_time_gives_a_local_date(text: str, moment_format: str) -> None:
    assert read(text, moment_format) == "2024-02-01"


@pytest.mark.parametrize(
    ("text", "moment_format", "utc"),
    [
        ("01.02.2024 14:05", "%d.%m.%Y %H:%M", "2024-02-01T13:05:00+00:00"),
        ("2024-07-01 00:30:15", "%Y-%m-%d %H:%M:%S", "2024-06-30T22:30:15+00:00"),
        ("7/1/2024 2:05 pm", "%m/%d/%Y %I:%M %p", "2024-07-01T12:05:00+00:00"),
        ("7/1/2024 12:05 AM", "%m/%d/%Y %I:%M %p", "2024-06-30T22:05:00+00:00"),
        ("2024-02-01T14:05:06.25", "%Y-%m-%dT%H:%M:%S.%f", "2024-02-01T13:05:06.250000+00:00"),
        ("2024-02-01T14:05:06.1234567", "%Y-%m-%dT%H:%M:%S.%f", "2024-02-01T13:05:06.123456+00:00"),
    ],
)
def test_a_format_with_a_time_is_local_time_of_the_company(text: str, moment_format: str, utc: str) -> None:
    assert read(text, moment_format) == utc


@pytest.mark.parametrize("offset", ["+03:00", "+0300"])
def test_an_offset_in_the_text_outdoes_the_company_s_time_zone(offset: str) -> None:
    assert read(f"2024-02-01 14:05{offset}", "%Y-%m-%d %H:%M%z") == "2024-02-01T11:05:00+00:00"
    assert read("2024-02-01 14:05Z", "%Y-%m-%d %H:%M%z") == "2024-02-01T14:05:00+00:00"


def test_a_missing_leading_zero_is_no_doubt_where_the_number_stands_apart() -> None:
    assert read("1.2.2024 9:05", "%d.%m.%Y %H:%M") == "2024-02-01T08:05:00+00:00"


@pytest.mark.parametrize("text", ["1112024", "112024", "1022024"])
def test_a_missing_leading_zero_is_an_error_where_numbers_adjoin(text: str) -> None:
    with pytest.raises(ValueError, match="%d%m%Y"):
        read(text, "%d%m%Y")


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-01 ",
        "2024-02-01 00:00",
        "24-02-01",
        "2024/02/01",
        "01.02.2024",
        "2024-02-001",
        "2024 -02-01",
        "２０２４-02-01",
        "0",
    ],
)
def test_whatever_is_not_written_as_declared_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="a moment written as %Y-%m-%d"):
        read(text, "%Y-%m-%d")


@pytest.mark.parametrize("text", ["2024-13-01", "2023-02-29", "2024-00-10", "0000-01-01"])
def test_a_day_that_no_calendar_has_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="a moment that calendar and clock have"):
        read(text, "%Y-%m-%d")


@pytest.mark.parametrize(
    "text", ["2024-01-01 24:00 AM", "2024-01-01 13:00 PM", "2024-01-01 0:10 AM", "2024-01-01 1:60 AM"]
)
def test_a_time_that_no_clock_shows_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="a moment that calendar and clock have"):
        read(text, "%Y-%m-%d %I:%M %p")


def test_a_local_time_that_was_skipped_when_clocks_went_forward_is_an_error() -> None:
    with pytest.raises(ValueError, match="Europe/Berlin: clocks were put forward"):
        read("2024-03-31 02:30", "%Y-%m-%d %H:%M")


def test_a_local_time_that_came_twice_is_the_first_of_the_two() -> None:
    assert read("2024-10-27 02:30", "%Y-%m-%d %H:%M") == "2024-10-27T00:30:00+00:00"


def test_a_moment_beyond_the_years_of_utc_is_an_error() -> None:
    with pytest.raises(ValueError, match="years 1 to 9999"):
        read("9999-12-31 23:00", "%Y-%m-%d %H:%M", ZoneInfo("America/New_York"))


@pytest.mark.parametrize(
    ("moment_format", "complaint"),
    [
        ("%Y-%m", "one of %d"),
        ("%d.%m.%y", "only %Y"),
        ("%Y-%j", "only %Y"),
        ("%Y-%m-%d %", "only %Y"),
        ("%Y-%m-%d %m", "%m may occur only once"),
        ("%Y-%m-%d %b", "one of %m %b %B"),
        ("%Y-%m-%d %I:%M", "%I needs %p"),
        ("%Y-%m-%d %M", "%M needs %H or %I"),
        ("%Y-%m-%dT%H:%M:%SZ", "write %z for the Z"),
    ],
)
def test_a_format_that_leaves_a_doubt_is_refused(moment_format: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        moment_parser(moment_format, BERLIN)


@given(
    day=st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 1, 1)),
    moment_format=st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%Y%m%d", "%d %B %Y", "%%%b-%d-%Y"]),
)
def test_any_date_written_in_any_format_is_read_as_itself(day: date, moment_format: str) -> None:
    assert read(day.strftime(moment_format), moment_format) == day.isoformat()


@given(
    moment=st.datetimes(datetime(1980, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)),
    zone=st.sampled_from(
        ["Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]
    ),
)
def test_any_point_in_time_written_in_local_time_is_read_as_itself(moment: datetime, zone: str) -> None:
    local = moment.astimezone(ZoneInfo(zone))
    text = local.strftime("%d.%m.%Y %H:%M:%S.%f")
    came_twice_and_is_the_second = local.fold
    if not came_twice_and_is_the_second:
        assert read(text, "%d.%m.%Y %H:%M:%S.%f", ZoneInfo(zone)) == moment.isoformat()
