"""Bitrix24's REST on 127.0.0.1: /rest/<user>/<code>/<method> and batch, with their limits and errors."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import unquote

from doubles.bitrix24.lists import METHODS, ROW_FILTER, Listed, Row
from doubles.bitrix24.portal import Portal, Webhook
from doubles.http_double import HttpDouble, Reply

PAGE_ROWS, BATCH_REQUESTS = 50, 50
#: The leaky bucket of most plans, and the seconds of work in ten minutes after which a method is blocked.
BUCKET, LEAK, MOST_OPERATING = 50, 2.0, 480
NOT_FOUND = Reply(b"<!doctype html><title>404 Not Found</title>", 404, {"Content-Type": "text/html"})
_PREFIX = re.compile(r"^(>=|<=|!@|!=|>|<|@|=|!)?(.+)$")
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    ">": lambda found, asked: found > asked,
    ">=": lambda found, asked: found >= asked,
    "<": lambda found, asked: found < asked,
    "<=": lambda found, asked: found <= asked,
    "=": lambda found, asked: found == asked,
    "!=": lambda found, asked: found != asked,
    "!": lambda found, asked: found != asked,
}
_REFERENCE = re.compile(r"\$result((?:\[[^\]]+\])+)")


class RestError(Exception):
    """An error as Bitrix24 names it."""

    def __init__(self, status: int, code: str, description: str = "") -> None:
        self.status = status
        self.content = {"error": code, "error_description": description}
        super().__init__(code)


class Bitrix24Server(HttpDouble):
    """Serves a portal.

    `operating` holds the seconds that methods have worked lately; `batch_errors`, by the number of a request,
    which of its commands fails and with what; `clock` is what the bucket leaks by.
    """

    def __init__(self, portal: Portal) -> None:
        super().__init__(self._route)
        self.portal = portal
        self.page_rows = PAGE_ROWS
        self.operating: dict[str, float] = {}
        self.batch_errors: dict[int, tuple[int, Row]] = {}
        self.is_limited = False
        #: How a point in time has to be told in a condition; by another one nothing is found.
        self.understands = ""
        self.seconds = 0.0
        self._in_bucket, self._leaked_at = 0.0, 0.0

    def pass_time(self, seconds: float) -> None:
        """Let time pass for the bucket."""
        self.seconds += seconds

    def _route(self, method: str, path: str, _: Mapping[str, str], body: Any) -> Reply:
        parts = path.strip("/").split("/")
        if method != "POST" or len(parts) != 4 or parts[0] != "rest":
            return NOT_FOUND
        if self.is_limited and self._overflows():
            return Reply({"error": "QUERY_LIMIT_EXCEEDED", "error_description": "Too many requests"}, 503)
        try:
            webhook = self._webhook(parts[1], parts[2])
            content = self._call(webhook, parts[3], body or {})
        except RestError as error:
            return Reply({**error.content, "time": self._time(parts[3])}, error.status)
        return Reply({**content, "time": self._time(parts[3])})

    def _overflows(self) -> bool:
        self._in_bucket = max(0.0, self._in_bucket - (self.seconds - self._leaked_at) * LEAK)
        self._leaked_at = self.seconds
        if self._in_bucket >= BUCKET:
            return True
        self._in_bucket += 1
        return False

    def _webhook(self, user_id: str, code: str) -> Webhook:
        for webhook in self.portal.webhooks:
            if (str(webhook.user_id), webhook.code) == (user_id, code):
                return webhook
        raise RestError(401, "INVALID_CREDENTIALS", "Invalid request credentials")

    def _call(self, webhook: Webhook, method: str, parameters: Row) -> Row:
        if method == "batch":
            return {"result": self._batch(webhook, parameters)}
        if method == "profile":
            user = self.portal.rows["user"].get(webhook.user_id, {})
            name = {"NAME": user.get("NAME") or "", "LAST_NAME": user.get("LAST_NAME") or ""}
            return {"result": {"ID": str(webhook.user_id), "ADMIN": webhook.is_administrator, **name}}
        if method == "scope":
            return {"result": sorted(webhook.scopes)}
        listed = METHODS.get(method)
        if listed is None:
            raise RestError(404, "ERROR_METHOD_NOT_FOUND", "Method not found!")
        if not webhook.scopes.intersection(listed.scopes):
            raise RestError(
                401,
                "insufficient_scope",
                "The request requires higher privileges than provided by the webhook token",
            )
        if listed.needs_administrator and not webhook.is_administrator:
            raise RestError(403, "ACCESS_DENIED", "Access denied!")
        if method in webhook.denied:
            raise RestError(400, "ACCESS_DENIED", "Access denied")
        if self.operating.get(method, 0) > MOST_OPERATING:
            raise RestError(429, "OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit")
        return self._list(webhook, method, listed, parameters)

    def _batch(self, webhook: Webhook, parameters: Row) -> Row:
        commands: Mapping[str, str] = parameters.get("cmd") or {}
        if len(commands) > BATCH_REQUESTS:
            raise RestError(400, "ERROR_BATCH_LENGTH_EXCEEDED", "Max batch length exceeded")
        results: Row = {}
        errors: Row = {}
        totals: Row = {}
        times: Row = {}
        failing, failure = self.batch_errors.pop(len(self.requests), (-1, {}))
        for number, (name, command) in enumerate(commands.items()):
            method, _, query = command.partition("?")
            try:
                if number == failing:
                    raise RestError(400, failure["error"], failure.get("error_description", ""))
                if method == "batch":
                    raise RestError(
                        400, "ERROR_BATCH_METHOD_NOT_ALLOWED", "Method is not allowed for batch usage"
                    )
                content = self._call(webhook, method, _parsed(query, results))
            except RestError as error:
                errors[name] = error.content
                if int(parameters.get("halt") or 0):
                    break
                continue
            results[name] = content["result"]
            times[name] = self._time(method)
            if "total" in content:
                totals[name] = content["total"]
        # PHP knows no difference between a list and a mapping without anything in it.
        parts = {"result": results, "result_error": errors, "result_total": totals, "result_time": times}
        return {part: found or [] for part, found in {**parts, "result_next": {}}.items()}

    def _list(self, webhook: Webhook, method: str, listed: Listed, parameters: Row) -> Row:
        table = listed.table
        if listed.by_kind:
            kind = int(parameters.get("entityTypeId") or 0)
            if kind not in listed.by_kind:
                raise RestError(400, "ENTITY_TYPE_NOT_SUPPORTED", f"Entity type {kind} is not supported")
            table = listed.by_kind[kind]
        conditions = parameters.get("FILTER" if listed.style == "statistic" else "filter") or {}
        if method == "crm.item.productrow.list":
            conditions = self._of_owner(webhook, conditions)
        if listed.style == "offsets":
            conditions = {}
        fits = self._compiled(table, conditions)
        sees = webhook.sees.get(table, lambda row: True)
        start = int(parameters.get("start") or 0)
        order = self._order(table, listed, parameters)
        size = len(self.portal.rows[table]) if table == "crm_order_entity" and start < 0 else self.page_rows
        is_by_id = start < 0 and order == {listed.id: "ASC"}
        rows: list[Row] = []
        for row in self._rows_from(table, conditions.get(f">{listed.id}") if is_by_id else None):
            if sees(row) and fits(row):
                rows.append(row)
                if is_by_id and len(rows) == size:
                    break
        for name, direction in [] if is_by_id else reversed(order.items()):
            rows.sort(key=lambda row: self._comparable(row[name]), reverse=direction.upper() == "DESC")
        page = [self.portal.shown(table, row) for row in rows[max(start, 0) :][:size]]
        selected = parameters.get("select") or ["*"]
        if listed.style in ("item", "classic") and "*" not in selected and table != "product_row":
            page = [{name: row[name] for name in row if name in selected} for row in page]
        content: Row = {"result": {listed.key: page} if listed.key else page}
        if start >= 0:
            content["total"] = len(rows)
            if start + size < len(rows):
                content["next"] = start + size
        elif table != "product_row":
            content["total"] = 0
        return content

    def _of_owner(self, webhook: Webhook, conditions: Row) -> Row:
        """By what product rows are asked for; who may not read the owner, or asks for none, is denied."""
        if "=ownerType" not in conditions or "=ownerId" not in conditions:
            raise RestError(400, "REQUIRED_ARG_MISSING", "Required argument is missing")
        deal = self.portal.rows["crm_deal"].get(int(conditions["=ownerId"]))
        if deal is None or not webhook.sees.get("crm_deal", lambda row: True)(deal):
            raise RestError(400, "ACCESS_DENIED", "Access denied")
        return {key: value for key, value in conditions.items() if _PREFIX.match(key)[2] in ROW_FILTER}  # type: ignore[index]

    def _rows_from(self, table: str, after_id: Any) -> Iterator[Row]:
        """Rows in the order of their ids, behind one if it is given."""
        rows = self.portal.rows[table]
        ids = sorted(rows)
        start = bisect_right(ids, float(after_id or 0)) if after_id is not None else 0
        return (rows[number] for number in ids[start:])

    def _compiled(self, table: str, conditions: Mapping[str, Any]) -> Callable[[Row], bool]:
        """Whether a row fulfils the conditions."""
        tests = []
        for key, asked in conditions.items():
            if key == "logic":
                continue
            if isinstance(asked, Mapping):
                tests.append(self._compiled(table, asked))
                continue
            found = _PREFIX.match(key)
            assert found
            operator, name = found[1] or "=", found[2]
            self._allow(table, name, "filter")
            tests.append(self._condition(name, operator, asked))
        joined = any if conditions.get("logic") == "OR" else all
        return lambda row: joined(test(row) for test in tests)

    def _condition(self, name: str, operator: str, asked: Any) -> Callable[[Row], bool]:
        if operator in ("@", "!@") or isinstance(asked, list):
            wanted = {self._comparable(str(item)) for item in asked}
            return lambda row: (self._comparable(row[name]) in wanted) != operator.startswith("!")
        if re.match(r"\d{4}-", str(asked)) and not re.search(self.understands, str(asked)):
            return lambda row: False
        # A reference to a row that is not there becomes an empty text, which as a number is 0.
        right = self._comparable(str(asked)) if str(asked) else (1, 0.0)
        compare = _COMPARISONS[operator]
        if operator in ("=", "!="):
            return lambda row: compare(self._comparable(row[name]), right)
        return lambda row: row[name] is not None and compare(self._comparable(row[name]), right)

    def _order(self, table: str, listed: Listed, parameters: Row) -> dict[str, str]:
        if listed.style == "offsets":
            return {}
        order: dict[str, str] = parameters.get("order") or {}
        if listed.style == "statistic" and parameters.get("SORT"):
            order = {parameters["SORT"]: parameters.get("ORDER", "ASC")}
        for name in order:
            self._allow(table, name, "order")
        return order

    def _allow(self, table: str, name: str, where: str) -> None:
        if name not in self.portal.fields[table]:
            described = f"Invalid {where}: field '{name}' is not allowed in {where}"
            raise RestError(400, "INVALID_ARG_VALUE", described)

    def _comparable(self, value: Any) -> Any:
        """Numbers as numbers, instants and days as instants, whatever they are written as; nothing first."""
        if isinstance(value, str):
            if re.fullmatch(r"-?\d+(\.\d+)?", value):
                return (1, float(value))
            if re.match(r"\d{4}-\d\d-\d\d", value):
                moment = datetime.fromisoformat(value)
                aware = moment if moment.tzinfo else moment.replace(tzinfo=self.portal.zone)
                return (1, aware.timestamp())
            return (2, value)
        if isinstance(value, datetime):
            return (1, value.timestamp())
        if isinstance(value, date):
            return (1, datetime(value.year, value.month, value.day, tzinfo=self.portal.zone).timestamp())
        return (0, 0.0) if value is None else (1, float(value))

    def _time(self, method: str) -> Row:
        now = self.portal.now.timestamp()
        moment = self.portal.moment(self.portal.now)
        return {
            "start": now,
            "finish": now,
            "duration": 0.1,
            "processing": 0.1,
            "date_start": moment,
            "date_finish": moment,
            "operating_reset_at": int(datetime.now().timestamp()) + 300,
            "operating": self.operating.get(method, 0.1),
        }


def _parsed(query: str, results: Row) -> Row:
    """Parameters of a command as PHP reads them, what earlier results say in place of references to them."""
    root: Row = {}
    for pair in filter(None, query.split("&")):
        name, _, value = (unquote(part) for part in pair.partition("="))
        path = [name.partition("[")[0], *re.findall(r"\[([^\]]*)\]", name)]
        at = root
        for part in path[:-1]:
            at = at.setdefault(part, {})
        at[path[-1]] = _REFERENCE.sub(lambda found: _looked_up(found[1], results), value)
    return {name: _as_lists(value) for name, value in root.items()}


def _looked_up(path: str, results: Any) -> str:
    """What a reference names; nothing if it is not there."""
    for part in re.findall(r"\[([^\]]+)\]", path):
        try:
            results = results[int(part)] if isinstance(results, Sequence) else results[part]
        except (IndexError, KeyError, TypeError, ValueError):
            return ""
    return str(results)


def _as_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _as_lists(item) for name, item in value.items()}
    is_list = list(inner) == [str(number) for number in range(len(inner))] and not any(
        isinstance(item, dict) for item in inner.values()
    )
    return list(inner.values()) if is_list else inner
