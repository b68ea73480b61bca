"""Numbers are read with the declared signs, exactly, and nothing else is a number."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yardstick.extract.number_format import LONGEST_NUMBER, number_parser

plain = number_parser(decimal=".", thousands="")
german = number_parser(decimal=",", thousands=".")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", "0"),
        ("1054", "1054"),
        ("-12.5", "-12.5"),
        ("+12.5", "12.5"),
        ("0.10", "0.1"),
        ("007", "7"),
        ("-0.00", "0"),
        ("123456789012345678.1234567", "123456789012345678.1234567"),
    ],
)
def test_a_number_keeps_every_digit_that_counts_and_no_other(text: str, number: str) -> None:
    assert plain(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("1.234,5", "1234.5"), ("1234,5", "1234.5"), ("-1.234.567,00", "-1234567")],
)
def test_thousands_may_be_grouped_by_the_declared_sign(text: str, number: str) -> None:
    assert german(text) == number


@pytest.mark.parametrize("text", ["1.23", "1.2345", "12.34,5", "1234.567", ".123", "1.234.5", "1,234.5"])
def test_a_misplaced_thousands_sign_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match=r"decimal sign ',' and thousands sign '\.'"):
        german(text)


@pytest.mark.parametrize(
    "text",
    [
        "1,5",
        "1 000",
        "5.",
        ".5",
        "1e3",
        "€5",
        "5 %",
        "(5)",
        "5-",
        "--5",
        "-",
        "NaN",
        "Infinity",
        "٣",
        "1_000",
    ],
)
def test_what_looks_nearly_like_a_number_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"decimal sign '\.' and no thousands sign"):
        plain(text)


def test_a_declared_space_is_any_of_the_spaces_that_exports_group_by() -> None:
    russian = number_parser(decimal=",", thousands=" ")
    assert [russian(text) for text in ("1 234,5", "1\u00a0234,5", "1\u202f234,5")] == ["1234.5"] * 3


def test_a_number_longer_than_any_amount_is_none() -> None:
    assert plain("9" * LONGEST_NUMBER) == "9" * LONGEST_NUMBER
    with pytest.raises(ValueError, match="a number"):
        plain("9" * (LONGEST_NUMBER + 1))


@given(
    number=st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=4)
)
def test_any_number_written_in_any_of_the_declared_ways_is_read_as_itself(number: Decimal) -> None:
    english = f"{number:,.4f}"
    german_text = english.translate(str.maketrans(",.", ".,"))
    assert Decimal(german(german_text)) == Decimal(plain(f"{number:.4f}")) == number
