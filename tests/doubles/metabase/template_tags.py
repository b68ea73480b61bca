"""How Metabase puts values into a question's SQL: `{{tag}}`, `[[and optional {{tag}}]]`, field filters."""

import calendar
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

_TAG = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
_OPTIONAL = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)


class Missing(Exception):  # noqa: N818 - the answer to a query that lacks a value
    """A question whose variable has no value."""

    def __init__(self, tag: Mapping[str, Any]) -> None:
        name = tag.get("display-name") or tag["name"]
        super().__init__(f"You'll need to pick a value for '{name}' before this query can run.")


@dataclass(frozen=True)
class Statement:
    """SQL with a %s for each of its values."""

    sql: str
    values: tuple[Any, ...]


#: A field's number → its column as SQL names it.
Columns = Callable[[int], str]


def substitute(
    query: str, tags: Mapping[str, Any], values: Mapping[str, Any], columns: Columns, today: date
) -> Statement:
    """The statement that Metabase runs; `values` holds tag → value of those that were given one."""
    pieces = _Pieces(tags, values, columns, today)
    return pieces.of_text(query)


class _Pieces:
    def __init__(
        self, tags: Mapping[str, Any], values: Mapping[str, Any], columns: Columns, today: date
    ) -> None:
        self._tags, self._values, self._columns, self._today = tags, values, columns, today

    def of_text(self, text: str) -> Statement:
        sql, values, at = [], [], 0
        for found in _OPTIONAL.finditer(text):
            for piece in (self._plain(text[at : found.start()]), self._optional(found[1])):
                sql.append(piece.sql)
                values.extend(piece.values)
            at = found.end()
        last = self._plain(text[at:])
        return Statement("".join([*sql, last.sql]), (*values, *last.values))

    def _optional(self, text: str) -> Statement:
        names = _TAG.findall(text)
        return self._plain(text) if all(_is_given(self._value(name)) for name in names) else Statement("", ())

    def _plain(self, text: str) -> Statement:
        sql, values, at = [], [], 0
        for found in _TAG.finditer(text):
            piece = self._tag(found[1])
            sql += [text[at : found.start()].replace("%", "%%"), piece.sql]
            values.extend(piece.values)
            at = found.end()
        return Statement("".join([*sql, text[at:].replace("%", "%%")]), tuple(values))

    def _value(self, name: str) -> Any:
        """What was given; the tag's default where nothing was, or where it must have one."""
        tag = self._tags[name]
        if _is_given(self._values.get(name)):
            return self._values[name]
        return tag.get("default") if name not in self._values or tag.get("required") else None

    def _tag(self, name: str) -> Statement:
        tag, value = self._tags[name], self._value(name)
        if tag["type"] == "dimension":
            if not _is_given(value):
                return Statement("1 = 1", ())
            column = self._columns(tag["dimension"][1])
            return field_filter(column, tag.get("widget-type", "category"), value, self._today)
        if not _is_given(value):
            raise Missing(tag)
        if isinstance(value, list):
            if len(value) > 1 and tag["type"] != "number":
                return Statement(", ".join(["%s"] * len(value)), tuple(value))
            value = value[0]
        match tag["type"]:
            case "number":
                return Statement(str(float(value) if "." in str(value) else int(value)), ())
            case "date":
                return Statement("%s::date", (str(value),))
        return Statement("%s", (str(value),))


def field_filter(column: str, widget: str, value: Any, today: date) -> Statement:
    """The condition of a field filter."""
    if widget.startswith("date/"):
        first, last = day_range(value[0] if isinstance(value, list) else value, today)
        if first and last:
            return Statement(f"CAST({column} AS date) BETWEEN %s AND %s", (first, last))
        return Statement(f"CAST({column} AS date) {'>=' if first else '<='} %s", (first or last,))
    given = value if isinstance(value, list) else [value]
    if widget.startswith("number/"):
        given = [float(one) for one in given]
    operator = widget.partition("/")[2] or "="
    match operator:
        case "between":
            return Statement(f"{column} BETWEEN %s AND %s", tuple(given[:2]))
        case ">=" | "<=":
            return Statement(f"{column} {operator} %s", (given[0],))
        case "!=":
            return Statement(f"({column} <> ALL(%s) OR {column} IS NULL)", (given,))
        case "contains":
            return Statement(f"{column} LIKE %s", (f"%{given[0]}%",))
        case "starts-with":
            return Statement(f"{column} LIKE %s", (f"{given[0]}%",))
        case "ends-with":
            return Statement(f"{column} LIKE %s", (f"%{given[0]}",))
    return Statement(f"{column} IN ({', '.join(['%s'] * len(given))})", tuple(given))


def day_range(text: str, today: date) -> tuple[date | None, date | None]:
    """The days that a date filter's value means, both included; None is no bound."""
    if "~" in text:
        first, last = text.split("~")
        return (date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None)
    if found := re.fullmatch(r"(\d{4})-(\d{2})", text):
        return _months(int(found[1]), int(found[2]), 1)
    if found := re.fullmatch(r"Q([1-4])-(\d{4})", text):
        return _months(int(found[2]), 3 * int(found[1]) - 2, 3)
    if found := re.fullmatch(r"past(\d+)days(~)?", text):
        return today - timedelta(int(found[1])), today - timedelta(0 if found[2] else 1)
    if found := re.fullmatch(r"past(\d+)months", text):
        month = today.year * 12 + today.month - 1 - int(found[1])
        return _months(month // 12, month % 12 + 1, int(found[1]))
    match text:
        case "thisday" | "today":
            return today, today
        case "yesterday":
            return today - timedelta(1), today - timedelta(1)
        case "thismonth":
            return _months(today.year, today.month, 1)
        case "thisyear":
            return _months(today.year, 1, 12)
    day = date.fromisoformat(text)
    return day, day


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    last = year * 12 + month - 2 + count
    return date(year, month, 1), date(
        last // 12, last % 12 + 1, calendar.monthrange(last // 12, last % 12 + 1)[1]
    )


def _is_given(value: Any) -> bool:
    return value not in (None, "", [])
