"""HubSpot's CRM API on 127.0.0.1: its pages, caps, limits, and the ways in which it refuses."""

import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from doubles.http_double import HttpDouble, Reply
from doubles.hubspot.account import App, HubspotAccount, Record, Values, stamp

SEARCH_CAP = 10_000
LONGEST_ADDRESS = 8_000
#: What a page, a search, a batch, one with history, and a batch of links holds at most.
PAGE, FOUND, BATCH, WITH_HISTORY, LINKS, OWNERS = 100, 200, 100, 50, 1_000, 500
_CORRELATION = "aeb5f871-7f07-4993-9211-075dc63e7cbf"
_NAMES = {"0-3": "deals"}
SCOPES = {
    "companies": "crm.objects.companies.read",
    "contacts": "crm.objects.contacts.read",
    "deals": "crm.objects.deals.read",
    "leads": "crm.objects.leads.read",
    "line_items": "crm.objects.line_items.read",
    "products": "crm.objects.products.read",
    "goal_targets": "crm.objects.goals.read",
    "calls": "crm.objects.contacts.read",
    "meetings": "crm.objects.contacts.read",
    "tasks": "crm.objects.contacts.read",
    "emails": "sales-email-read",
}


class Refused(Exception):  # noqa: N818
    """An answer that is an error."""

    def __init__(
        self, status: int, category: str, message: str, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        content = {"status": "error", "message": message, "correlationId": _CORRELATION, "category": category}
        self.reply = Reply({**content, **more}, status, headers or {})
        super().__init__(message)


class Exchange(NamedTuple):
    """A request and what was answered."""

    method: str
    path: str
    body: Any
    status: int
    answer: Any


@dataclass
class Limits:
    """How much may be asked, by a clock that tests may turn."""

    clock: Callable[[], float]
    in_ten_seconds: int = 190
    searches_a_second: int = 5
    a_day: int = 1_000_000
    tells_when: bool = False


class HubspotServer(HttpDouble):
    """Serves an account. Without limits it answers whatever comes; `exchanges` are kept if asked for."""

    def __init__(self, account: HubspotAccount) -> None:
        super().__init__(self._answered)
        self.account = account
        self.limits: Limits | None = None
        self.exchanges: list[Exchange] = []
        self.refusals = 0
        self.calls_today = 0
        self.keeps_exchanges = False
        #: Requests, counted from 1, of which a part fails if they ask for a batch.
        self.fail_part_of: set[int] = set()
        self._recent: deque[float] = deque()
        self._searches: deque[float] = deque()

    def _answered(self, method: str, path: str, headers: Mapping[str, str], body: Any) -> Reply:
        try:
            self._count(path)
            reply = self._route(method, path, headers, body)
        except Refused as refused:
            reply = refused.reply
        if len(self.requests) in self.fail_part_of and path.partition("?")[0].endswith("/batch/read"):
            reply = _partly_failed(reply)
        if self.keeps_exchanges:
            self.exchanges.append(Exchange(method, path, body, reply.status, reply.content))
        return reply

    def _route(self, method: str, path: str, headers: Mapping[str, str], body: Any) -> Reply:
        if len(path) > LONGEST_ADDRESS:
            return Reply(b"<h1>414 Request-URI Too Large</h1>", 414, {"Content-Type": "text/html"})
        address = urlsplit(path)
        query = {name: values[-1] for name, values in parse_qs(address.query).items()}
        parts = address.path.strip("/").split("/")
        app = self._app(headers)
        match method, parts:
            case "GET", ["account-info", "v3", "details"]:
                return Reply(self._account_details())
            case "POST", ["oauth", "v2", "private-apps", "get", "access-token-info"]:
                return Reply(self._token_info(body))
            case "GET", ["crm", "v3", "owners"]:
                self._need(app, "crm.objects.owners.read")
                return Reply(self._owners(query))
            case "GET", ["crm", "v3", "pipelines", "deals"]:
                self._need(app, SCOPES["deals"])
                return Reply({"results": self.account.pipelines})
            case "GET", ["crm", "v3", "properties", kind] if kind in self.account.types:
                self._need(app, SCOPES[kind])
                return Reply({"results": self._properties(kind)})
            case "GET", ["crm", "v3", "objects", name] if (kind := _kind(name)) in self.account.types:
                self._need(app, SCOPES[kind])
                return Reply(self._list(kind, query))
            case "POST", ["crm", "v3", "objects", name, "search"] if _kind(name) in self.account.types:
                self._need(app, SCOPES[_kind(name)])
                return Reply(self._search(_kind(name), body))
            case "POST", ["crm", "v3", "objects", name, "batch", "read"] if _kind(name) in self.account.types:
                self._need(app, SCOPES[_kind(name)])
                return self._batch(_kind(name), query, body)
            case "POST", ["crm", "v4", "associations", origin, target, "batch", "read"]:
                self._need(app, SCOPES[origin])
                return self._links(origin, target, body)
            case "POST", ["crm", "objects", "v3", "deals", "splits", "batch", "read"]:
                self._need(app, "crm.dealsplits.read_write")
                return self._splits(body)
        return Reply(b"<!doctype html><title>404</title>", 404, {"Content-Type": "text/html"})

    def _app(self, headers: Mapping[str, str]) -> App:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        app = next((app for app in self.account.apps if app.token == token), None)
        if scheme != "Bearer" or app is None:
            raise Refused(
                401,
                "INVALID_AUTHENTICATION",
                "Authentication credentials not found. This API supports OAuth 2.0 authentication.",
            )
        if app.is_expired:
            raise Refused(
                401,
                "EXPIRED_AUTHENTICATION",
                "The OAuth token used to make this call expired 3 minute(s) ago.",
            )
        return app

    def _need(self, app: App, scope: str) -> None:
        of_trade = {"crm.objects.products.read", "crm.objects.line_items.read"}
        if scope not in app.scopes and not ("e-commerce" in app.scopes and scope in of_trade):
            needed = {
                "message": "One or more of the following scopes are required.",
                "context": {"requiredGranularScopes": [scope]},
            }
            message = "This app hasn't been granted all required scopes to make this call."
            raise Refused(403, "MISSING_SCOPES", message, errors=[needed])

    def _count(self, path: str) -> None:
        """Refuse what is too much; a refused request counts, too."""
        if self.limits is None:
            return
        now = self.limits.clock()
        self.calls_today += 1
        if self.calls_today > self.limits.a_day:
            raise throttled("DAILY")
        windows = [(self._recent, 10, self.limits.in_ten_seconds, "TEN_SECONDLY_ROLLING")]
        if path.endswith("/search"):
            windows.append((self._searches, 1, self.limits.searches_a_second, "SECONDLY"))
        for moments, seconds, allowed, policy in windows:
            moments.append(now)
            while moments[0] <= now - seconds:
                moments.popleft()
            if len(moments) > allowed:
                self.refusals += 1
                raise throttled(policy, retry_after=seconds if self.limits.tells_when else None)

    def _account_details(self) -> dict[str, Any]:
        return {
            "portalId": self.account.portal_id,
            "accountType": "STANDARD",
            "timeZone": "Europe/Berlin",
            "companyCurrency": self.account.currency,
            "additionalCurrencies": [],
            "utcOffset": "+01:00",
            "utcOffsetMilliseconds": 3_600_000,
            "uiDomain": "app.hubspot.com",
            "dataHostingLocation": "eu1",
        }

    def _token_info(self, body: Any) -> dict[str, Any]:
        app = next((app for app in self.account.apps if app.token == body["tokenKey"]), None)
        if app is None:
            raise Refused(404, "OBJECT_NOT_FOUND", "No such token")
        scopes = sorted(app.scopes)
        return {"userId": 77, "hubId": self.account.portal_id, "appId": 901, "scopes": scopes}

    def _owners(self, query: Mapping[str, str]) -> dict[str, Any]:
        wants_archived = query.get("archived", "false") == "true"
        rows = [row for _, row in sorted(self.account.owners.items()) if row["archived"] == wants_archived]
        return _paged(rows, query, OWNERS)

    def _properties(self, kind: str) -> list[dict[str, Any]]:
        return [
            {
                "name": name,
                "label": name,
                "type": known.type,
                "fieldType": "text",
                "groupName": "information",
                "description": "",
                "options": [],
                "hubspotDefined": True,
                "archived": False,
            }
            | ({} if known.is_of_hubspot else {"hubspotDefined": False})
            for name, known in self.account.types[kind].items()
        ]

    def _list(self, kind: str, query: Mapping[str, str]) -> dict[str, Any]:
        names = query.get("properties", "").split(",")
        history = [name for name in query.get("propertiesWithHistory", "").split(",") if name]
        wants_archived = query.get("archived", "false") == "true"
        records = [
            record
            for _, record in sorted(self.account.records[kind].items())
            if record.archived == wants_archived
        ]
        answer = _paged(records, query, WITH_HISTORY if history else PAGE)
        shown = [self._shown(kind, record, names, history) for record in answer["results"]]
        return {**answer, "results": shown}

    def _search(self, kind: str, body: Any) -> dict[str, Any]:
        limit, after = body["limit"], int(body.get("after") or 0)
        if not 0 < limit <= FOUND:
            raise Refused(400, "VALIDATION_ERROR", f"Invalid input: limit must be at most {FOUND}")
        if after + limit > SEARCH_CAP:
            raise Refused(400, "VALIDATION_ERROR", "There was a problem with the request.")
        groups = [group["filters"] for group in body["filterGroups"]]
        self._refuse_unknown(kind, [test["propertyName"] for group in groups for test in group])
        found = self.account.search(
            kind, lambda row: not groups or any(all(_meets(row, t) for t in group) for group in groups)
        )
        sort = json.loads(body["sorts"][0]) if body["sorts"] else {"propertyName": "hs_object_id"}
        self._refuse_unknown(kind, [sort["propertyName"]])
        found.sort(
            key=lambda row: _comparable(row[1].get(sort["propertyName"])),
            reverse=sort.get("direction") == "DESCENDING",
        )
        results = [
            self._row(kind, number, values, body["properties"])
            for number, values in found[after : after + limit]
        ]
        answer: dict[str, Any] = {"total": len(found), "results": results}
        if after + limit < len(found):
            answer["paging"] = {"next": {"after": str(after + limit)}}
        return answer

    def _refuse_unknown(self, kind: str, names: Sequence[str]) -> None:
        for name in names:
            if name not in self.account.types[kind]:
                raise Refused(400, "VALIDATION_ERROR", f"There was a problem: no property {name}")

    def _batch(self, kind: str, query: Mapping[str, str], body: Any) -> Reply:
        history = body["propertiesWithHistory"]
        _refuse_many(body["inputs"], WITH_HISTORY if history else BATCH)
        wants_archived = query.get("archived", "false") == "true"
        records, gone = {}, []
        for asked in body["inputs"]:
            number = int(asked["id"])
            there = self.account.merged[kind].get(number, number)
            record = self.account.records[kind].get(there)
            if record is None or record.archived != wants_archived:
                gone.append(asked["id"])
            else:
                records[there] = record
        rows = [self._shown(kind, record, body["properties"], history) for record in records.values()]
        rows.reverse()  # in no order that was asked for
        if not gone:
            return Reply(self._batch_answer(rows))
        message = f"Could not get some {kind.upper()} objects, they may be deleted or not exist."
        error = _error("OBJECT_NOT_FOUND", message, {"ids": gone})
        return Reply({**self._batch_answer(rows), "numErrors": 1, "errors": [error]}, 207)

    def _links(self, origin: str, target: str, body: Any) -> Reply:
        _refuse_many(body["inputs"], LINKS)
        rows, errors = [], []
        for asked in body["inputs"]:
            number = int(asked["id"])
            links = sorted(self.account.links(origin, number, target).items())
            begin = int(asked.get("after") or 0)
            if not links:
                message = f"No {target} is associated with {origin} {number}."
                context = {
                    "fromObjectId": [asked["id"]],
                    "fromObjectType": [origin],
                    "toObjectType": [target],
                }
                error = _error("OBJECT_NOT_FOUND", message, context)
                errors.append(error | {"subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND"})
                continue
            row: dict[str, Any] = {
                "from": {"id": asked["id"]},
                "to": [_link(other, types) for other, types in links[begin : begin + FOUND]],
            }
            if begin + FOUND < len(links):
                row["paging"] = {"next": {"after": str(begin + FOUND)}}
            rows.append(row)
        answer = self._batch_answer(rows)
        return Reply({**answer, "numErrors": len(errors), "errors": errors}, 207) if errors else Reply(answer)

    def _splits(self, body: Any) -> Reply:
        _refuse_many(body["inputs"], BATCH)
        rows = [
            {"id": asked["id"], "splits": self.account.splits[int(asked["id"])]}
            for asked in body["inputs"]
            if int(asked["id"]) in self.account.splits
        ]
        return Reply(self._batch_answer(rows))

    def _batch_answer(self, rows: list[Any]) -> dict[str, Any]:
        at = stamp(self.account.now)
        return {"status": "COMPLETE", "results": rows, "startedAt": at, "completedAt": at}

    def _shown(
        self, kind: str, record: Record, names: Sequence[str], history: Sequence[str] = ()
    ) -> dict[str, Any]:
        """A record as it is now; with history, the latest value first."""
        asked = [*names, *history]
        row = self._row(kind, record.id, record.values, asked, record)
        if history:
            row["propertiesWithHistory"] = {name: record.history.get(name, []) for name in history}
        return row

    def _row(
        self, kind: str, number: int, values: Values, names: Sequence[str], record: Record | None = None
    ) -> dict[str, Any]:
        """What nobody asked for is there, too: the id, and when it was made and changed."""
        known, modified = self.account.types[kind], self.account.modified_name(kind)
        made = "createdate" if "createdate" in known else "hs_createdate"
        asked = dict.fromkeys([*filter(known.__contains__, names), "hs_object_id", made, modified])
        record = record or self.account.records[kind][number]
        return {
            "id": str(number),
            "properties": {name: values.get(name) for name in asked},
            "createdAt": stamp(record.created),
            "updatedAt": values[modified],
            "archived": record.archived,
        } | ({"archivedAt": stamp(self.account.now)} if record.archived else {})


def _kind(name: str) -> str:
    return _NAMES.get(name, name)


def _paged(rows: list[Any], query: Mapping[str, str], largest: int) -> dict[str, Any]:
    limit = int(query.get("limit", 10))
    if not 0 < limit <= largest:
        raise Refused(400, "VALIDATION_ERROR", f"Invalid input JSON: limit must be at most {largest}")
    begin = next((n for n, row in enumerate(rows) if _id(row) >= int(query.get("after", 0))), len(rows))
    answer: dict[str, Any] = {"results": rows[begin : begin + limit]}
    if begin + limit < len(rows):
        after = str(_id(rows[begin + limit]))
        answer["paging"] = {"next": {"after": after, "link": f"https://api.hubapi.com/?after={after}"}}
    return answer


def _id(row: Any) -> int:
    return int(row.id if isinstance(row, Record) else row["id"])


def _refuse_many(inputs: Sequence[Any], largest: int) -> None:
    if len(inputs) > largest:
        raise Refused(400, "VALIDATION_ERROR", f"The maximum number of inputs is {largest}")


def _error(category: str, message: str, context: Mapping[str, list[str]]) -> dict[str, Any]:
    about = {"status": "error", "category": category, "message": message, "context": context}
    return {**about, "errors": [], "links": {}}


def _link(other: int, types: set[int]) -> dict[str, Any]:
    kinds = [{"category": "HUBSPOT_DEFINED", "typeId": kind} for kind in sorted(types)]
    return {"toObjectId": other, "associationTypes": kinds}


def _meets(values: Values, test: Mapping[str, str]) -> bool:
    value = values.get(test["propertyName"])
    if value is None:
        return False
    found, asked = _comparable(value), float(test["value"])
    return {"GTE": found >= asked, "GT": found > asked, "LTE": found <= asked}[test["operator"]]


def _comparable(value: str | None) -> float:
    """A number, or a point in time as milliseconds."""
    if value is None:
        return float("-inf")
    try:
        return float(value)
    except ValueError:
        return round(datetime.fromisoformat(value).timestamp() * 1000)


def throttled(policy: str, *, retry_after: int | None = None) -> Refused:
    """The answer to a request that is one too many."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    message = f"You have reached your {policy.lower()} limit."
    return Refused(429, "RATE_LIMITS", message, headers, errorType="RATE_LIMIT", policyName=policy)


def locked() -> Refused:
    """The answer while another app changes a record."""
    return Refused(423, "LOCKED", "The resource is locked.")


def _partly_failed(reply: Reply) -> Reply:
    """The same without its last result."""
    failed = partial_failure()
    return Reply({**failed.content, "results": reply.content.get("results", [])[:-1]}, failed.status)


def partial_failure() -> Reply:
    """The answer to a batch of which a part failed for another reason than that it is not there."""
    error = _error("INTERNAL_ERROR", "There was a problem with a part of the batch.", {})
    at = "2026-01-01T08:00:00.000Z"
    answer = {"status": "COMPLETE", "results": [], "startedAt": at, "completedAt": at}
    return Reply({**answer, "numErrors": 1, "errors": [error]}, 207)
