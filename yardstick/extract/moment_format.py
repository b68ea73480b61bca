"""Reads a date or a point in time in exactly the declared format, and nothing else.

The format speaks strptime's language. strptime itself is too lenient to be believed: by `%d%m%Y`
it takes `1112024` for the 11th of January, and any run of blanks for a blank. Here a day, month
or hour may lack its leading zero only where other characters set the number apart; all else must
be written as declared. Names of months are English, years have four digits.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from operator import call

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_KNOWN = "%Y %m %b %B %d %H %I %p %M %S %f %z %%"
_TWO_DIGITS = "mdHIMS"
_NUMBERS = "Yf" + _TWO_DIGITS
_PATTERNS = {
    "Y": "[0-9]{4}",
    "f": "[0-9]{1,9}",
    "b": f"(?i:{'|'.join(_MONTHS)})",
    "B": "(?i:january|february|march|april|may|june|july|august|september|october|november|december)",
    "p": "(?i:am|pm)",
    "z": "Z|[+-](?:0[0-9]|1[0-4]):?[0-5][0-9]",
}

#: Of each of these a format holds exactly one directive: year, month, day.
_DATE = ("Y", "mbB", "d")
#: A directive of the time of day says nothing without one of these beside it.
_NEEDED_BESIDE = {"M": "HI", "S": "M", "f": "S", "I": "p", "p": "I", "z": "HI"}


def moment_parser(moment_format: str, zone: tzinfo) -> Callable[[str], str]:
    """Build the function that turns text into ISO text.

    A format without a time of day gives a local date, `2026-03-01`. One with a time gives UTC,
    `2026-03-01T13:05:00+00:00`, from `zone` or from the offset that %z read. Of a local time that
    came twice, when clocks were put back, the first is meant; one that never came, when they were
    put forward, is an error. The function raises ValueError saying what was expected; so does
    moment_parser itself if the format does not tell a moment without a guess.
    """
    directives = _directives(moment_format)
    pattern = _pattern(moment_format)
    order = [directive for choices in _ORDER for directive in choices if directive in directives]
    converters = [_CONVERTERS.get(directive, int) for directive in order]
    has_time = not directives.isdisjoint("HI")

    def parse(text: str) -> str:
        match = pattern.fullmatch(text)
        if match is None:
            raise ValueError(f"a moment written as {moment_format}")
        numbers = list(map(call, converters, match.group(*order)))
        try:
            if "p" in directives:
                numbers[3] = _hour(numbers[3], match["p"])
            moment = datetime(*numbers)  # type: ignore[arg-type]  # at most seven, and tzinfo is the eighth
        except ValueError as error:
            raise ValueError(f"a moment that calendar and clock have, as {moment_format}") from error
        if not has_time:
            return moment.date().isoformat()
        return _utc(moment, _offset(match["z"]) if "z" in directives else _local_offset(moment, zone))

    return parse


def _directives(moment_format: str) -> set[str]:
    found = re.findall("%(.?)", moment_format.replace("%%", ""))
    for directive in found:
        needed = _NEEDED_BESIDE.get(directive, "")
        if directive not in {*_PATTERNS, *_TWO_DIGITS}:
            raise ValueError(f"{moment_format}: of directives there are only {_KNOWN}")
        if found.count(directive) > 1:
            raise ValueError(f"{moment_format}: %{directive} may occur only once")
        if needed and not set(needed) & set(found):
            raise ValueError(f"{moment_format}: %{directive} needs %{' or %'.join(needed)}")
    for choices in _ORDER:
        count = len(set(choices) & set(found))
        if count > 1 or (count == 0 and choices in _DATE):
            raise ValueError(f"{moment_format}: there must be one of %{' %'.join(choices)}")
    if re.search("%[HMSfp]Z", moment_format):
        raise ValueError(f"{moment_format}: write %z for the Z, which says that the time is UTC")
    return set(found)


def _pattern(moment_format: str) -> re.Pattern[str]:
    pieces = re.findall("%.|[^%]", moment_format)
    before, after = ["", *pieces], [*pieces[1:], ""]
    return re.compile(
        "".join(
            _piece(piece, stands_apart=not (_is_digits(left) or _is_digits(right)))
            for left, piece, right in zip(before, pieces, after, strict=False)
        )
    )


def _is_digits(piece: str) -> bool:
    return piece.isdigit() or (len(piece) > 1 and piece[1] in _NUMBERS)


def _piece(piece: str, stands_apart: bool) -> str:
    directive = piece[1:]
    if directive in _PATTERNS:
        return f"(?P<{directive}>{_PATTERNS[directive]})"
    if directive and directive in _TWO_DIGITS:
        return f"(?P<{directive}>[0-9]{{{1 if stands_apart else 2},2}})"
    return re.escape(directive or piece)


def _month(name: str) -> int:
    return 1 + _MONTHS.index(name[:3].lower())


def _microsecond(fraction: str) -> int:
    return int(fraction[:6].ljust(6, "0"))


def _hour(hour: int, half: str) -> int:
    if not 1 <= hour <= 12:
        raise ValueError(f"{hour} is no hour of a twelve-hour clock")
    return hour % 12 + (12 if half.lower() == "pm" else 0)


def _offset(text: str) -> timedelta:
    if text == "Z":
        return timedelta(0)
    sign = -1 if text[0] == "-" else 1
    return sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))


def _local_offset(moment: datetime, zone: tzinfo) -> timedelta:
    """How far local time was ahead of UTC."""
    steady = _offset_all_day(moment.date(), zone)
    if steady is not None:
        return steady
    first, second = (_ahead(moment.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
    if second > first:  # by PEP 495, in a gap only
        raise ValueError(f"a time that came in {zone}: clocks were put forward over this one")
    return first


@lru_cache(maxsize=1 << 14)
def _offset_all_day(day: date, zone: tzinfo) -> timedelta | None:
    """The offset of that day; None on the rare day on which clocks are changed."""
    morning, night = (_ahead(datetime.combine(day, clock, zone)) for clock in (time.min, time.max))
    return morning if morning == night else None


def _ahead(moment: datetime) -> timedelta:
    return moment.utcoffset() or timedelta(0)


def _utc(moment: datetime, offset: timedelta) -> str:
    try:
        return f"{(moment - offset).isoformat()}+00:00"
    except OverflowError as error:
        raise ValueError("a moment within the years 1 to 9999 of UTC") from error


#: What datetime takes, in its order, as each directive gives it.
_ORDER = ("Y", "mbB", "d", "HI", "M", "S", "f")
_CONVERTERS: dict[str, Callable[[str], int]] = {"b": _month, "B": _month, "f": _microsecond}
