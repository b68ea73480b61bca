"""HubSpot: signs in with a private app's token and asks for records, their history and what links them.

What changed is found by search, of which the index lags, and which never shows more than 10,000 results: so
pages go by id within the time asked for, and each asks anew for what lies behind the last id. The records
themselves are then read in batches, with the values that HubSpot has now, whatever the index says. Properties
are asked for in the body of a request: as part of an address, a long list would be refused. All values are
text; what is empty is left out.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np

from yardstick.company import HubspotSource
from yardstick.extract.api_client import ApiClient
from yardstick.extract.changes import NO_IDS, Entity, Ids, Page
from yardstick.extract.hubspot_objects import (
    TABLES,
    HubspotLinked,
    HubspotLinks,
    HubspotObject,
    HubspotSplits,
    HubspotTable,
    tables_for,
)
from yardstick.extract.hubspot_wire import HubspotWire, Row
from yardstick.extract.jsonb_text import JsonbWriter
from yardstick.extract.secrets import reveal

LOOKBACK = timedelta(hours=1)
IDS_A_PAGE, FOUND_A_PAGE, OWNERS_A_PAGE = 100, 200, 500
READ_AT_ONCE, READ_WITH_HISTORY, LINKS_AT_ONCE = 100, 50, 1_000
_MODIFIED = "hs_lastmodifieddate"
#: An older scope, and those that it contains.
_TRADE, _OF_TRADE = "e-commerce", frozenset({"crm.objects.products.read", "crm.objects.line_items.read"})
#: What says only that a record was touched; HubSpot sends it unasked.
_TOUCHED = frozenset({_MODIFIED, "lastmodifieddate"})
_OWNER_FIELDS = ("id", "firstName", "lastName", "type", "userId", "userIdIncludingInactive", "archived")


class HubspotSession:
    """A signed-in session."""

    def __init__(self, source: HubspotSource, client: ApiClient, wire: HubspotWire, token: str) -> None:
        self.source = source
        self.client = client
        self.wire = wire
        self.account = wire.get("/account-info/v3/details")
        self._token_info = wire.optional("/oauth/v2/private-apps/get/access-token-info", {"tokenKey": token})
        self._ids: dict[str, Ids] = {}
        self._targets: dict[str, Ids] = {}

    @classmethod
    def sign_in(cls, source: HubspotSource, client: ApiClient | None = None) -> "HubspotSession":
        """Sign in; raises UsageError or SourceError saying what is wrong: address or token."""
        token = reveal(source.token, f"sources.{source.name}.token")
        client = client or ApiClient(source.url)
        client.keep_secret(token)
        try:
            return cls(source, client, HubspotWire(source, client, token), token)
        except BaseException:
            client.close()
            raise

    def close(self) -> None:
        """End the session."""
        self.client.close()

    @property
    def signed_in(self) -> str:
        """To which account, and as which app."""
        app = self._token_info or {}
        who = f"private app {app['appId']} of user {app['userId']}" if app.get("appId") else "a private app"
        return f"HubSpot account {self.account.get('portalId')} at {self.source.url} as {who}"

    def entities(self) -> Iterator[Entity]:
        """What has to land of the source."""
        for table in tables_for(self.source.entities):
            yield self._entity(table)

    def warnings(self) -> list[str]:
        """What the scopes of the private app leave out."""
        if self._token_info is None:
            return ["HubSpot does not say which scopes this token has."]
        taken = frozenset(self.source.entities)
        needed: dict[str, set[str]] = {}
        for table in tables_for(taken):
            if not self.may_read(table):
                needed.setdefault(table.scope, set()).update(table.serves & taken)
        return [
            f"The private app lacks the scope {scope}, without which nothing of "
            f"{', '.join(sorted(entities))} can land: add it, or leave them out of entities."
            for scope, entities in needed.items()
        ]

    def may_read(self, table: HubspotTable) -> bool:
        """Whether the token has the scope that a table needs, as far as HubSpot says."""
        scopes = (self._token_info or {}).get("scopes")
        if scopes is None or not table.scope:
            return True
        return table.scope in scopes or (_TRADE in scopes and table.scope in _OF_TRADE)

    def ids_of(self, name: str) -> Ids:
        """The ids of all records of a type, as they were listed last."""
        if name not in self._ids:
            entity = self._entity(_table(name))
            for _ in entity.id_pages():
                pass
        return self._ids[name]

    def keep_ids(self, name: str, ids: Ids) -> None:
        """Remember what was listed."""
        self._ids[name] = ids

    def targets_of(self, name: str) -> Ids:
        """The ids of all records that some links lead to."""
        if name not in self._targets:
            for _ in self._entity(_table(name)).changed_pages(None, 0):
                pass
        return self._targets[name]

    def keep_targets(self, name: str, ids: Ids) -> None:
        """Remember what links lead to."""
        self._targets[name] = ids

    def _entity(self, table: HubspotTable) -> Entity:
        match table:
            case HubspotObject():
                return _Objects(self, table)
            case HubspotLinks():
                return _Links(self, table)
            case HubspotLinked():
                return _Linked(self, table)
            case HubspotSplits():
                return _Splits(self, table)
        return _LISTS[table.name](self, table)


class _Landed:
    """What all of them have."""

    is_small = True

    def __init__(self, session: HubspotSession, table: HubspotTable) -> None:
        self.name = self.label = table.name
        self._may_be_read = session.may_read(table)
        self._session = session
        self._wire = session.wire
        self._writer = JsonbWriter()

    @property
    def characters_cleaned(self) -> int:
        """Characters that were left out, for no database holds them."""
        return self._writer.characters_cleaned

    def _page(self, rows: Sequence[tuple[int | str, str | None, Row]]) -> Page:
        """A page of ids, modified times and records."""
        ids: Any = [row[0] for row in rows]
        return Page(
            ids=ids,
            modified_at=[row[1] for row in rows],
            records=[self._writer.write(_filled({**row[2], "id": row[0]})) for row in rows],
        )


class _Whole(_Landed):
    """What is read whole: it has no marks, and all ids come with the records."""

    def count(self) -> int | None:
        """Counting would cost as much as reading."""
        return None

    def latest_mark(self) -> str | None:
        """There is none."""
        return None

    def changed_pages(self, since: str | None, after_id: int) -> Iterator[Page]:  # noqa: ARG002
        """All there is."""
        return self.all_pages()

    def id_pages(self) -> Iterator[Sequence[int]]:
        """They have come."""
        return iter(())

    def pages_of(self, ids: Sequence[int]) -> Iterator[Page]:  # noqa: ARG002
        """They have come."""
        return iter(())

    def all_pages(self) -> Iterator[Page]:
        """All there is."""
        raise NotImplementedError


class _Account(_Whole):
    def count(self) -> int:
        return 1

    def all_pages(self) -> Iterator[Page]:
        account = self._session.account
        kept = {name: account.get(name) for name in ("companyCurrency", "timeZone", "uiDomain")}
        yield self._page([(int(account["portalId"]), None, kept)])


class _Owners(_Whole):
    """Those who left, too: deals may still be theirs."""

    def count(self) -> int | None:
        return sum(len(page.ids) for page in self.all_pages()) if self._may_be_read else None

    def all_pages(self) -> Iterator[Page]:
        seen: dict[int, Row] = {}
        for archived in ("true", "false"):
            for rows in self._wire.pages("/crm/v3/owners", limit=OWNERS_A_PAGE, archived=archived):
                seen |= {int(row["id"]): row for row in rows}
        if seen:
            yield self._page([(number, row.get("updatedAt"), _owner(row)) for number, row in seen.items()])


class _DealStages(_Whole):
    """Their ids are text, some of HubSpot's own making, such as closedwon."""

    def count(self) -> int | None:
        return sum(len(page.ids) for page in self.all_pages()) if self._may_be_read else None

    def all_pages(self) -> Iterator[Page]:
        stages: dict[str, Row] = {}
        for pipeline in self._wire.get("/crm/v3/pipelines/deals").get("results", []):
            of_pipeline = {name: pipeline.get(name) for name in ("id", "label", "displayOrder")}
            for stage in pipeline["stages"]:
                kept = {name: stage.get(name) for name in ("label", "displayOrder", "metadata")}
                stages[str(stage["id"])] = {**kept, "pipeline": of_pipeline}
        if stages:
            yield self._page([(key, None, stage) for key, stage in stages.items()])


_LISTS: dict[str, type[_Whole]] = {"account": _Account, "owners": _Owners, "deal_stages": _DealStages}


class _Objects(_Landed):
    """Records of one type."""

    is_small = False

    def __init__(self, session: HubspotSession, table: HubspotObject) -> None:
        super().__init__(session, table)
        self._table = table
        self._path = f"/crm/v3/objects/{table.path or table.name}"

    def count(self) -> int | None:
        return int(self._search([], "hs_object_id", 1)["total"]) if self._may_be_read else None

    def latest_mark(self) -> str | None:
        """The last modified time that the index knows, not later than now: a later one would hide changes."""
        found = self._search([], _MODIFIED, 1, direction="DESCENDING", properties=[_MODIFIED])["results"]
        last = found[0]["properties"].get(_MODIFIED) if found else None
        if last is None:
            return None
        return _instant(min(_moment(last), datetime.now(UTC)))

    def changed_pages(self, since: str | None, after_id: int) -> Iterator[Page]:
        if since is None:
            self._list()
            ids = self._session.ids_of(self.name)
            yield from self._read(ids[ids > after_id].tolist())
            return
        begin = int((_moment(since) - LOOKBACK).timestamp() * 1_000)
        has_more = True
        while has_more:
            found, has_more = self._found_since(begin, after_id)
            yield from self._read(found)
            after_id = found[-1] if found else after_id

    def id_pages(self) -> Iterator[Sequence[int]]:
        self._list()
        yield self._session.ids_of(self.name).tolist()

    def pages_of(self, ids: Sequence[int]) -> Iterator[Page]:
        return self._read(sorted(ids))

    def _found_since(self, begin: int, after_id: int) -> tuple[list[int], bool]:
        """The next ids behind one of the records modified since a moment, in order; are there more?"""
        filters = [
            {"propertyName": _MODIFIED, "operator": "GTE", "value": str(begin)},
            {"propertyName": "hs_object_id", "operator": "GT", "value": str(after_id)},
        ]
        answer = self._search(filters, "hs_object_id", FOUND_A_PAGE)
        ids = sorted({int(row["id"]) for row in answer["results"] if int(row["id"]) > after_id})
        return ids, bool(ids) and "paging" in answer

    def _search(
        self,
        filters: list[Row],
        sort_by: str,
        limit: int,
        *,
        direction: str = "ASCENDING",
        properties: Sequence[str] = (),
    ) -> Row:
        body = {
            "filterGroups": [{"filters": filters}] if filters else [],
            "sorts": [json.dumps({"propertyName": sort_by, "direction": direction})],
            "properties": list(properties),
            "limit": limit,
            "after": "0",
        }
        return self._wire.search(f"{self._path}/search", body)

    def _list(self) -> None:
        """Note the ids of all records that are not archived."""
        pages = [
            np.array([int(row["id"]) for row in rows], np.int64)
            for rows in self._wire.pages(
                self._path, limit=IDS_A_PAGE, archived="false", properties="hs_object_id"
            )
        ]
        self._session.keep_ids(self.name, np.unique(np.concatenate([NO_IDS, *pages])))

    def _read(self, ids: Sequence[int]) -> Iterator[Page]:
        """The records of these ids, in their order; which are archived or merged into others do not come."""
        size = READ_WITH_HISTORY if self._table.history else READ_AT_ONCE
        for chunk in _chunks(ids, size):
            asked = {"properties": self._properties, "propertiesWithHistory": list(self._table.history)}
            rows = _batch(self._wire, self._path, chunk, asked)
            if rows:
                yield self._page([(number, row["updatedAt"], _record(row)) for number, row in rows.items()])

    @cached_property
    def _properties(self) -> list[str]:
        """The properties that are asked for: those named, as far as there are such, and the account's own."""
        described = self._wire.get(f"/crm/v3/properties/{self.name}", archived="false")["results"]
        named = set(self._table.properties)
        return sorted(
            row["name"] for row in described if row["name"] in named or not row.get("hubspotDefined")
        )


class _Linked(_Whole):
    """Records that others are linked to."""

    def __init__(self, session: HubspotSession, table: HubspotLinked) -> None:
        super().__init__(session, table)
        self._table = table

    def all_pages(self) -> Iterator[Page]:
        asked = {"properties": list(self._table.properties), "propertiesWithHistory": []}
        for chunk in _chunks(self._session.targets_of(self._table.links).tolist(), READ_AT_ONCE):
            rows = _batch(self._wire, f"/crm/v3/objects/{self.name}", chunk, asked)
            if rows:
                yield self._page([(number, row["updatedAt"], _record(row)) for number, row in rows.items()])


class _Links(_Whole):
    """Of each record of a type that is linked to another type's: to which, and by which types of link."""

    def __init__(self, session: HubspotSession, table: HubspotLinks) -> None:
        super().__init__(session, table)
        self._table = table
        self._path = f"/crm/v4/associations/{table.origin}/{table.target}/batch/read"

    def all_pages(self) -> Iterator[Page]:
        targets: list[Ids] = []
        for chunk in _chunks(self._session.ids_of(self._table.origin).tolist(), LINKS_AT_ONCE):
            links = self._links(chunk)
            if not links:
                continue
            targets.append(np.array([number for to in links.values() for number in to], np.int64))
            yield self._page(
                [(origin, None, {"to": _in_order(links[origin])}) for origin in sorted(links)],
            )
        self._session.keep_targets(self.name, np.unique(np.concatenate([NO_IDS, *targets])))

    def _links(self, ids: Sequence[int]) -> dict[int, dict[int, set[int]]]:
        """Origin → target → types; who has many is asked for until all have come."""
        found: dict[int, dict[int, set[int]]] = {}
        inputs: list[Row] = [{"id": str(number)} for number in ids]
        while inputs:
            answer = self._wire.post(self._path, {"inputs": inputs})
            inputs = []
            for row in answer.get("results", []):
                origin = int(row["from"]["id"])
                for to in row["to"]:
                    types = {int(kind["typeId"]) for kind in to["associationTypes"]}
                    found.setdefault(origin, {}).setdefault(int(to["toObjectId"]), set()).update(types)
                if after := row.get("paging", {}).get("next", {}).get("after"):
                    inputs.append({"id": str(origin), "after": after})
        return found


class _Splits(_Whole):
    """A record for each share of a deal."""

    def all_pages(self) -> Iterator[Page]:
        for chunk in _chunks(self._session.ids_of("deals").tolist(), READ_AT_ONCE):
            inputs = [{"id": str(number)} for number in chunk]
            answer = self._wire.post("/crm/objects/v3/deals/splits/batch/read", {"inputs": inputs})
            rows: list[tuple[int | str, str | None, Row]] = [
                (int(split["id"]), split["updatedAt"], {**split["properties"], "deal_id": int(deal["id"])})
                for deal in answer.get("results", [])
                for split in deal["splits"]
                if not split["archived"]
            ]
            if rows:
                yield self._page(rows)


def _table(name: str) -> HubspotTable:
    return next(table for table in TABLES if table.name == name)


def _batch(wire: HubspotWire, path: str, ids: Sequence[int], asked: Mapping[str, Any]) -> dict[int, Row]:
    """Id → record, in order. HubSpot answers for an id that was merged with the record that stayed."""
    wanted = set(ids)
    body = {**asked, "inputs": [{"id": str(number)} for number in ids]}
    rows = {int(row["id"]): row for row in wire.post(f"{path}/batch/read?archived=false", body)["results"]}
    return {
        number: rows[number] for number in sorted(rows) if number in wanted and not rows[number]["archived"]
    }


def _record(row: Row) -> Row:
    """A record's properties, and the history of those that have one, the earliest first."""
    record = {name: value for name, value in row["properties"].items() if name not in _TOUCHED}
    for name, versions in (row.get("propertiesWithHistory") or {}).items():
        record[f"{name}_history"] = sorted(
            (
                _filled({key: version.get(key) for key in ("value", "timestamp", "updatedByUserId")})
                for version in versions
            ),
            key=lambda version: _moment(version["timestamp"]),
        )
    return record


def _owner(row: Row) -> Row:
    teams = sorted(row.get("teams") or (), key=lambda team: int(team["id"]))
    return {**{name: row.get(name) for name in _OWNER_FIELDS}, "teams": teams}


def _in_order(links: Mapping[int, set[int]]) -> list[Row]:
    return [{"id": number, "types": sorted(links[number])} for number in sorted(links)]


def _filled(record: Row) -> Row:
    return {name: value for name, value in record.items() if value not in (None, "", [])}


def _chunks(ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
