"""A portal in memory: rows of lists, webhooks and what their users may see."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from doubles.bitrix24.lists import AS_TEXT, FIELDS, STAMPS, Row

ALL_SCOPES = frozenset({"crm", "user", "department", "telephony", "sale"})


@dataclass
class Webhook:
    """An incoming webhook: whose rights it has, what it may ask for, which rows and methods its user sees."""

    user_id: int
    code: str
    scopes: frozenset[str] = ALL_SCOPES
    is_administrator: bool = True
    sees: dict[str, Callable[[Row], bool]] = field(default_factory=dict)
    denied: frozenset[str] = frozenset()


class Portal:
    """Rows by list. `now` is the portal's clock, which each change moves on by a second."""

    def __init__(self, zone: str = "Europe/Moscow") -> None:
        self.zone = ZoneInfo(zone)
        self.now = datetime(2026, 1, 1, 8, tzinfo=UTC)
        self.fields = {table: set(names) for table, names in FIELDS.items()}
        self.rows: dict[str, dict[Any, Row]] = {table: {} for table in FIELDS}
        self.webhooks: list[Webhook] = []
        self._last_id = dict.fromkeys(FIELDS, 0)

    def create(self, table: str, /, at: datetime | None = None, **values: Any) -> int:
        """A new row, made at a moment (now if left out); its id."""
        id_name = FIELDS[table][0]
        number = values.pop(id_name, None) or self._last_id[table] + 1
        if isinstance(number, int):
            self._last_id[table] = max(number, self._last_id[table])
        row: Row = dict.fromkeys(FIELDS[table]) | {id_name: number}
        if table in STAMPS:
            stamp = self._stamp(at)
            row |= dict.fromkeys(STAMPS[table], stamp)
        self.fields[table] |= values.keys()
        self.rows[table][number] = row | values
        return number

    def write(self, table: str, number: Any, /, at: datetime | None = None, **values: Any) -> None:
        """Change a row; with a list that tells when, that it was changed now."""
        stamp = {STAMPS[table][1]: self._stamp(at)} if table in STAMPS else {}
        self.fields[table] |= values.keys()
        self.rows[table][number].update({**stamp, **values})

    def delete(self, table: str, number: Any) -> None:
        """Delete a row without a trace, as Bitrix24 does."""
        del self.rows[table][number]

    def webhook(self, code: str, user_id: int = 1, **rights: Any) -> Webhook:
        """An incoming webhook."""
        self.webhooks.append(Webhook(user_id, code, **rights))
        return self.webhooks[-1]

    def shown(self, table: str, row: Mapping[str, Any]) -> Row:
        """A row as Bitrix24 sends it: times with the portal's offset, and in old lists numbers as text."""
        return {name: self._shown(row.get(name), table in AS_TEXT) for name in sorted(self.fields[table])}

    def moment(self, value: Any) -> str | None:
        """A point in time as the portal writes it; a day as its midnight there."""
        if isinstance(value, datetime):
            return value.astimezone(self.zone).isoformat(timespec="seconds")
        if isinstance(value, date):
            return datetime(value.year, value.month, value.day, tzinfo=self.zone).isoformat(
                timespec="seconds"
            )
        return None

    def _shown(self, value: Any, as_text: bool) -> Any:
        match value:
            case datetime() | date():
                return self.moment(value)
            case bool() | list() | dict() | str():
                return value
            case None:
                return "" if as_text else None
        return f"{value}" if as_text else value

    def _stamp(self, at: datetime | None) -> datetime:
        self.now += timedelta(seconds=1)
        return at or self.now
