"""An Odoo database in memory: records with microseconds of their last change, users and what they may see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from doubles.odoo.domains import Row, compiled
from doubles.odoo.models import LEAD_SINCE, MODELS, Field

_STORED_TIME, _SHOWN_TIME = "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M:%S"


class OdooError(Exception):
    """An error as Odoo names it: Python's class and the message."""

    def __init__(self, name: str, message: str) -> None:
        self.name = name
        super().__init__(message)


@dataclass
class User:
    """A user who may sign in: record rules hide records (False), and models may be forbidden."""

    id: int
    login: str
    key: str
    groups: set[str] = field(default_factory=set)
    rules: dict[str, Callable[[Row], bool]] = field(default_factory=dict)
    forbidden: set[str] = field(default_factory=set)
    language: str = "en_US"


class OdooDatabase:
    """Records by model. `now` is the server's clock, which each write moves on by some microseconds."""

    def __init__(self, version: int, name: str = "acme") -> None:
        self.version = version
        self.name = name
        self.now = datetime(2026, 1, 1, 8, tzinfo=UTC)
        self.models: dict[str, dict[str, Field]] = {model: dict(fields) for model, fields in MODELS.items()}
        for since, fields in LEAD_SINCE.items():
            if version >= since:
                self.models["crm.lead"] |= fields
        self.rows: dict[str, dict[int, Row]] = {model: {} for model in self.models}
        self._last_id = dict.fromkeys(self.models, 0)
        self.users: list[User] = []
        self._tracked: dict[int, list[int]] = {}

    def create(self, model: str, /, at: datetime | None = None, **values: Any) -> int:
        """A new record, made at a moment (now if left out)."""
        self._last_id[model] = number = max(values.pop("id", 0), self._last_id[model] + 1)
        row: Row = dict.fromkeys(self.models[model])
        if "active" in row:
            row["active"] = True
        row["create_date"] = self._stamp(at)
        self.rows[model][number] = row | {"id": number, "write_date": row["create_date"]} | values
        return number

    def write(self, model: str, number: int, /, at: datetime | None = None, **values: Any) -> None:
        """Change a record."""
        self.rows[model][number].update(values, write_date=self._stamp(at))

    def unlink(self, model: str, number: int) -> None:
        """Delete a record without a trace, as Odoo does."""
        del self.rows[model][number]

    def uninstall(self, *models: str) -> None:
        """Take models away, as if their module were not installed."""
        for model in models:
            del self.models[model]

    def user(self, login: str, key: str, **rights: Any) -> User:
        """A user with a key."""
        partner = self.create("res.partner", name=login)
        number = self.create("res.users", name=login, login=login, share=False, partner_id=partner)
        self.users.append(User(number, login, key, **rights))
        return self.users[-1]

    def fields_get(self, user: User, model: str, attributes: Sequence[str]) -> dict[str, Any]:
        self._allow(user, model)
        described = {
            name: {"type": kind.type, "store": kind.is_stored, "string": name}
            | ({"relation": kind.relation} if kind.relation else {})
            for name, kind in self.models[model].items()
        }
        return {
            name: {key: value for key, value in described[name].items() if key in attributes}
            for name in described
        }

    def search(
        self,
        user: User,
        model: str,
        domain: Sequence[Any],
        context: dict[str, Any],
        order: str | None,
        limit: int | None,
        offset: int = 0,
    ) -> list[Row]:
        """The rows that the user may see, archived ones only where context or domain asks for them."""
        self._allow(user, model)
        if model == "mail.message":
            self._tracked = self._changes_by_message()
        test = compiled(list(domain), lambda row, path: self._look(model, row, path))
        sees = user.rules.get(model, lambda row: True)
        hides_archived = (
            "active" in self.models[model]
            and context.get("active_test", True)
            and not any(isinstance(term, list | tuple) and term[0] == "active" for term in domain)
        )
        found = [
            row
            for row in self.rows[model].values()
            if test(row) and sees(row) and not (hides_archived and not row["active"])
        ]
        for part in reversed((order or "id").split(", ")):
            name, _, direction = part.partition(" ")
            found.sort(key=lambda row: row[name] or "", reverse=direction == "desc")
        return found[offset:][:limit] if limit else found[offset:]

    def shown(self, model: str, row: Row, names: Sequence[str], *, is_plain: bool) -> Row:
        """A row as Odoo sends it: false for what is empty, whole seconds, [id, name] unless plain."""
        for name in names:
            if name not in self.models[model]:
                raise OdooError("builtins.ValueError", f"Invalid field {name!r} on model {model!r}")
        return {
            name: self._shown(model, row, name, is_plain) for name in {"id": None, **dict.fromkeys(names)}
        }

    def _shown(self, model: str, row: Row, name: str, is_plain: bool) -> Any:
        kind, value = self.models[model][name], row.get(name)
        match kind.type:
            case "boolean":
                return bool(value)
            case "integer" | "float" | "monetary" | "many2one_reference":
                return value or 0
            case "many2many" | "one2many":
                return list(value or [])
            case "datetime" if value:
                return str(value)[:19]
            case "many2one" if value and not is_plain:
                other = self.rows.get(str(kind.relation), {}).get(value, {})
                return [value, other.get("name") or f"{kind.relation},{value}"]
        return value if value not in (None, "") else False

    def _look(self, model: str, row: Row, path: str) -> Any:
        name, _, rest = path.partition(".")
        if name not in self.models[model]:
            raise OdooError("builtins.ValueError", f"Invalid field {model}.{name} in leaf")
        if name == "tracking_value_ids":
            return self._tracked.get(row["id"], [])
        value = row.get(name)
        if not rest:
            return value
        relation = str(self.models[model][name].relation)
        other = self.rows[relation].get(value)
        return self._look(relation, other, rest) if other else None

    def _changes_by_message(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for number, value in self.rows["mail.tracking.value"].items():
            found.setdefault(value["mail_message_id"], []).append(number)
        return found

    def _allow(self, user: User, model: str) -> None:
        if model in user.forbidden:
            raise OdooError(
                "odoo.exceptions.AccessError",
                f"You are not allowed to access '{model}' ({model}) records.\n\nThis operation is allowed "
                "for the following groups: …",
            )

    def _stamp(self, at: datetime | None) -> str:
        self.now += timedelta(microseconds=137)
        return (at or self.now).astimezone(UTC).strftime(_STORED_TIME)
