"""The kinds of value that a company writes, each refusing what it must with words that say how to mend it."""

import codecs
import re
from datetime import UTC, date
from typing import Annotated, NamedTuple
from zoneinfo import available_timezones

import holidays
from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BeforeValidator, Field

from yardstick.company.currencies import is_known_currency
from yardstick.company.periods import parse_period
from yardstick.extract.moment_format import moment_parser
from yardstick.reading.wording import did_you_mean

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME_OF_DAY = r"^(([01]?\d|2[0-3]):[0-5]\d|24:00)$"


class CrmId(NamedTuple):
    """A record's identity in one of the company's sources."""

    source: str
    id: str


def _day(value: object) -> object:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value if _ISO_DATE.fullmatch(value) else "")
        except ValueError:
            raise ValueError("a date that exists, as year-month-day, such as 2026-03-01") from None
    return value


def _time_of_day(text: str) -> str:
    """In five characters, so that texts compare as times do."""
    if not re.fullmatch(_TIME_OF_DAY, text, re.ASCII):
        raise ValueError("a time of day as hours:minutes, from 00:00 to 24:00, such as 09:00")
    return text.rjust(5, "0")


def _currency(code: str) -> str:
    if not is_known_currency(code):
        raise ValueError("an ISO 4217 currency code in capitals, such as EUR, USD or RUB")
    return code


def _time_zone(name: str) -> str:
    zones = available_timezones()
    if name not in zones:
        raise ValueError(f"a time zone's IANA name, such as Europe/Berlin{did_you_mean(name, zones)}")
    return name


def _country(code: str) -> str:
    if len(code) != 2 or code not in holidays.list_supported_countries():
        raise ValueError("a country's two-letter ISO 3166 code in capitals, such as DE, US or RU")
    return code


def _encoding(name: str) -> str:
    try:
        codecs.lookup(name)
        "".encode(name)
    except (LookupError, UnicodeError):
        raise ValueError("the name of a text encoding, such as utf-8, cp1251 or cp1252") from None
    return name


def _delimiter(text: str) -> str:
    if len(text) != 1 or text.isalnum() or text in '"\r\n':
        raise ValueError(
            'one character between two cells, such as "," or ";" (a tab is written "\\t" in double quotes)'
        )
    return text


def _thousands(text: str) -> str:
    if len(text) > 1 or text.isalnum() or text in {"-", "+", '"'}:
        raise ValueError('one character between thousands, such as "," or " ", or "" for none')
    return text


def _moment_format(text: str) -> str:
    moment_parser(text, UTC)  # what cannot be read without a guess, the reader refuses itself
    return text


def _web_address(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", text):
        raise ValueError("a web address without user, password or query, such as https://acme.odoo.com")
    return text.rstrip("/")


def _email_address(text: str) -> str:
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        raise ValueError("an e-mail address such as anna@acme.example") from None


def _field_name(text: str) -> str:
    if not re.fullmatch(r"[a-z_][a-z0-9_]*", text):
        raise ValueError("the technical name of a field, such as x_studio_kind")
    return text


def _item_field(text: str) -> str:
    if not re.fullmatch(r"typeId|UF_[A-Z0-9_]+", text):
        raise ValueError("typeId, or the code of a field of its own, such as UF_CRM_1700000000")
    return text


def _record_url(text: str) -> str:
    if not re.match(r"https?://\S+$", text) or "{id}" not in text:
        raise ValueError("a web address with {id} in it, such as https://crm.example.com/{entity}/{id}")
    if set(re.findall(r"\{(.*?)\}", text)) - {"entity", "id"}:
        raise ValueError("no placeholder but {entity} and {id}")
    return text


def _period_name(name: str) -> str:
    parse_period(name, fiscal_year_start=1)
    return name


def _crm_ids(value: object) -> object:
    if not isinstance(value, str):
        return value
    pairs = [part.partition(":") for part in value.split(";") if part.strip()]
    if not all(source.strip() and identity.strip() for source, _, identity in pairs):
        raise ValueError("source:id, several separated by semicolons, such as crm:1042;calls:anna")
    return tuple(CrmId(source.strip(), identity.strip()) for source, _, identity in pairs)


def _sign(number: int) -> int:
    if number not in (1, -1):
        raise ValueError("1 (more of it helps the parent) or -1 (more of it hurts)")
    return number


Day = Annotated[date, BeforeValidator(_day)]
TimeOfDay = Annotated[str, AfterValidator(_time_of_day), Field(json_schema_extra={"pattern": _TIME_OF_DAY})]
Currency = Annotated[str, AfterValidator(_currency)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Country = Annotated[str, AfterValidator(_country)]
Encoding = Annotated[str, AfterValidator(_encoding)]
Delimiter = Annotated[str, AfterValidator(_delimiter)]
Thousands = Annotated[str, AfterValidator(_thousands)]
MomentFormat = Annotated[str, AfterValidator(_moment_format)]
EmailAddress = Annotated[str, AfterValidator(_email_address)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
FieldName = Annotated[str, AfterValidator(_field_name)]
ItemField = Annotated[str, AfterValidator(_item_field)]
RecordUrl = Annotated[str, AfterValidator(_record_url)]
PeriodName = Annotated[str, AfterValidator(_period_name)]
CrmIds = Annotated[tuple[CrmId, ...], BeforeValidator(_crm_ids)]
Sign = Annotated[int, AfterValidator(_sign), Field(json_schema_extra={"enum": [1, -1]})]
