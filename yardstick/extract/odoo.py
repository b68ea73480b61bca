"""Odoo: signs in and asks for records.

Times are naive UTC text, of which Odoo shows whole seconds. It sends false for what is empty, whatever the
type, so only a boolean field may be false; what is empty is left out of the record. Archived records are
asked for, too. Related records come as plain ids.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from yardstick.company import OdooSource
from yardstick.errors import SourceError, UsageError
from yardstick.extract.api_client import ApiClient
from yardstick.extract.changes import Page, rows_by_id
from yardstick.extract.jsonb_text import JsonbWriter
from yardstick.extract.odoo_models import VOLATILE, OdooModel, models_for
from yardstick.extract.odoo_wire import (
    FIRST_JSON2,
    MayNotReadError,
    NoSuchModelError,
    Wire,
    version_of,
    wire_for,
)
from yardstick.extract.secrets import reveal

LOOKBACK = timedelta(hours=1)
RECORDS_AT_ONCE = 2_000
IDS_AT_ONCE = 10_000
FIRST_SUPPORTED, LAST_WITHOUT_IDS = 17, 17
_TIME = "%Y-%m-%d %H:%M:%S"
#: Kinds of field that are not asked for unless they are named: files, and the other ends of relations.
_LARGE = frozenset({"binary", "one2many"})

#: Group, its name, the entities for which it is needed, and what a user outside it does not see.
_GROUPS = (
    (
        "sales_team.group_sale_salesman_all_leads",
        "User: All Documents",
        ("deals", "leads", "stage_entries", "quotes", "lines"),
        "sees only own leads, deals and orders: the numbers of all others would be missing",
    ),
    (
        "base.group_system",
        "Administration: Settings",
        ("stage_entries",),
        "may not read when a deal changed its stage",
    ),
    (
        "account.group_account_readonly",
        "Accounting: Read-only",
        ("invoices", "payments"),
        "may not read invoices and payments",
    ),
)

Row = dict[str, Any]
Domain = list[Any]


@dataclass(frozen=True)
class Identity:
    """Who has signed in: id, language, and the version of the server."""

    user_id: int
    language: str | None
    version: int


class OdooSession:
    """A signed-in session."""

    def __init__(self, source: OdooSource, client: ApiClient, wire: Wire, identity: Identity) -> None:
        self.source = source
        self.client = client
        self.identity = identity
        self._wire = wire

    @classmethod
    def sign_in(cls, source: OdooSource, client: ApiClient | None = None) -> "OdooSession":
        """Sign in; raises UsageError or SourceError saying what is wrong: address, database, user or key."""
        key = reveal(source.api_key, f"sources.{source.name}.api_key")
        client = client or ApiClient(source.url)
        client.keep_secret(key)
        try:
            version = version_of(client)
            if version < FIRST_SUPPORTED:
                raise UsageError(f"{source.url}: found Odoo {version}; expected {FIRST_SUPPORTED} or later.")
            wire = wire_for(version, client, source, key)
            return cls(source, client, wire, _identity(wire, version))
        except BaseException:
            client.close()
            raise

    def close(self) -> None:
        """End the session."""
        self.client.close()

    @property
    def signed_in(self) -> str:
        """To which Odoo, and who."""
        who = f"{self.source.user} (user {self.identity.user_id}) of database {self.source.database}"
        return f"Odoo {self.identity.version} at {self.source.url} as {who}"

    def entities(self) -> Iterator["OdooEntity"]:
        """What has to land of the source."""
        for model in models_for(self.source.entities):
            yield OdooEntity(self, model)

    def call(self, model: str, method: str, arguments: Mapping[str, Any], ids: Sequence[int] = ()) -> Any:
        """Call a method of a model, archived records included, in the user's language."""
        context: dict[str, Any] = {"active_test": False}
        if self.identity.language:
            context["lang"] = self.identity.language
        try:
            return self._wire.call(model, method, ids, {**arguments, "context": context})
        except NoSuchModelError:
            of_model = sorted(
                entity
                for known in models_for(self.source.entities)
                if known.name == model
                for entity in known.serves.intersection(self.source.entities)
            )
            raise SourceError(
                f"{self.source.url}: this Odoo has no model {model}, for a module is not installed. Name "
                f"under entities of {self.source.name} what there is: not {', '.join(of_model)}."
            ) from None
        except MayNotReadError as error:
            raise SourceError(
                f"{self.source.url}: user {self.source.user} may not read {model}: {error} Give the user "
                "the rights that docs/sources/odoo.md names, or leave out of entities what needs them."
            ) from None

    def warnings(self) -> list[str]:
        """What the user's rights hide, as far as Odoo's own groups tell."""
        taken = set(self.source.entities)
        return [
            f"{self.source.user} is not in the group “{name}” ({group}), and so {hidden}."
            for group, name, needed_for, hidden in _GROUPS
            if taken.intersection(needed_for) and not self._has_group(group)
        ]

    def _has_group(self, group: str) -> bool:
        """Until 17 the method asks of the user who calls; since 18 of the users whose ids are given."""
        ids = [self.identity.user_id] if self.identity.version > LAST_WITHOUT_IDS else []
        return bool(self._wire.call("res.users", "has_group", ids, {"group_ext_id": group}))

    def plain(self) -> bool | None:
        """What `load` has to be for plain ids in place of [id, name]."""
        return None if self.identity.version >= FIRST_JSON2 else False


class OdooEntity:
    """The records of one model, as yardstick.extract.changes.Entity says."""

    def __init__(self, session: OdooSession, model: OdooModel) -> None:
        self.name = model.entity
        self.is_small = model.is_small
        self.label = model.name
        self.model = model
        self._session = session
        self._writer = JsonbWriter()

    @property
    def characters_cleaned(self) -> int:
        """Characters that were left out, for no database holds them."""
        return self._writer.characters_cleaned

    def count(self) -> int:
        """How many records the user sees."""
        return int(self._session.call(self.model.name, "search_count", {"domain": list(self.model.domain)}))

    def latest_mark(self) -> str | None:
        """The last write_date, not later than now: one that is would hide all changes until then."""
        query = {
            "domain": list(self.model.domain),
            "fields": ["write_date"],
            "order": "write_date desc, id desc",
            "limit": 1,
            "load": self._session.plain(),
        }
        rows = self._session.call(self.model.name, "search_read", query)
        if not rows or not rows[0]["write_date"]:
            return None
        return str(min(rows[0]["write_date"], datetime.now(UTC).strftime(_TIME)))

    def changed_pages(self, since: str | None, after_id: int) -> Iterator[Page]:
        """Records written since a mark and LOOKBACK before it, or all."""
        changed: Domain = []
        if since is not None and not self.is_small:
            begin = datetime.strptime(since, _TIME).replace(tzinfo=UTC) - LOOKBACK
            changed = [["write_date", ">=", begin.strftime(_TIME)]]
        while rows := self._read([*changed, ["id", ">", after_id]], after_id):
            yield self._page(rows)
            after_id = rows[-1]["id"]

    def id_pages(self) -> Iterator[Sequence[int]]:
        """The ids of all records."""
        after_id = 0
        while True:
            domain = [*self.model.domain, ["id", ">", after_id]]
            query = {"domain": domain, "order": "id", "limit": IDS_AT_ONCE}
            found = self._session.call(self.model.name, "search", query)
            ids = sorted(number for number in found if number > after_id)
            if not ids:
                return
            yield ids
            after_id = ids[-1]

    def pages_of(self, ids: Sequence[int]) -> Iterator[Page]:
        """The records of these ids."""
        rows = self._read([["id", "in", list(ids)]], 0)
        if rows:
            yield self._page(rows)

    def _read(self, domain: Domain, after_id: int) -> list[Row]:
        """A page of records behind an id, in order; the server may have ignored either."""
        query = {
            "domain": [*self.model.domain, *domain],
            "fields": list(self._types),
            "order": "id",
            "limit": RECORDS_AT_ONCE,
            "load": self._session.plain(),
        }
        rows = rows_by_id(self._session.call(self.model.name, "search_read", query))
        return [row for row in rows if row["id"] > after_id]

    def _page(self, rows: Sequence[Row]) -> Page:
        return Page(
            ids=[row["id"] for row in rows],
            modified_at=[_instant(row.get("write_date")) for row in rows],
            records=[self._writer.write(self._record(row)) for row in rows],
        )

    def _record(self, row: Row) -> Row:
        """What a row says of the record: without what is empty, and without when it was touched."""
        types = self._types
        return {
            name: sorted(value) if types.get(name) == "many2many" else value
            for name, value in row.items()
            if not (value is False and types.get(name) != "boolean")
            and value is not None
            and value != []
            and name not in VOLATILE
        }

    @cached_property
    def _types(self) -> dict[str, str]:
        """Type of each field that is asked for, the modified time among them."""
        described = self._session.call(
            self.model.name, "fields_get", {"attributes": ["type", "store", "groups"]}
        )
        named = {*self.model.fields, "id", "write_date"}
        return {
            name: field["type"]
            for name, field in sorted(described.items())
            if name in named or (_is_kept(name, field) and (not self.model.fields or name.startswith("x_")))
        }


def _is_kept(name: str, field: Mapping[str, Any]) -> bool:
    return bool(field.get("store")) and field["type"] not in _LARGE and name not in VOLATILE


def _instant(text: str | bool | None) -> str | None:
    return f"{text}+00:00" if text else None


def _identity(wire: Wire, version: int) -> Identity:
    user_id = wire.user_id()
    context = wire.call("res.users", "context_get", (), {})
    language = context.get("lang") if isinstance(context, dict) else None
    return Identity(user_id, str(language) if language else None, version)
