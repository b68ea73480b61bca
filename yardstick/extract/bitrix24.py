"""Bitrix24: signs in by an incoming webhook, asks for lists, many pages in one batch.

A page has 50 rows. `start: -1` spares Bitrix24 the counting; the next page is what has a greater id. A batch
is a chain of up to 50 requests, each behind the last id of the one before; an error ends it. Ids are
numbers or text, by method; points in time have the offset of the portal.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from yardstick.company import Bitrix24Source
from yardstick.errors import SourceError
from yardstick.extract.api_client import ApiClient
from yardstick.extract.bitrix24_lists import DEALS, LEFT_OUT, PRODUCT_ROWS, Bitrix24List, lists_for
from yardstick.extract.bitrix24_wire import (
    Bitrix24Error,
    Bitrix24Wire,
    Parameters,
    Row,
    request_name,
    webhook_of,
)
from yardstick.extract.changes import Page
from yardstick.extract.jsonb_text import JsonbWriter
from yardstick.extract.secrets import reveal

LOOKBACK = timedelta(hours=1)
PAGE_ROWS, BATCH_REQUESTS = 50, 50
#: Pages that are asked for at once: few at first, for most nights change little.
_CHAIN = (1, 7)
#: For how long after a deal was won its lines are read each night, for they may change without the deal.
_LINES_ARE_READ_AGAIN = timedelta(days=100)
_READINGS_OF_A_LIST = 3


@dataclass(frozen=True)
class Identity:
    """Whose rights a webhook has, and what it may ask for."""

    user_id: int
    user_name: str
    is_administrator: bool
    scopes: frozenset[str]


class Bitrix24Session:
    """A webhook that has been found to be in order."""

    identity: Identity

    def __init__(self, source: Bitrix24Source, client: ApiClient, user_id: str, code: str) -> None:
        self.source = source
        self.client = client
        #: Method → how it is told a point in time, once that is known.
        self.spellings: dict[str, Callable[[datetime], str]] = {}
        self.wire = Bitrix24Wire(source, client, user_id, code)

    @classmethod
    def sign_in(cls, source: Bitrix24Source, client: ApiClient | None = None) -> "Bitrix24Session":
        """Sign in; raises UsageError or SourceError saying what is wrong: address, webhook or its rights."""
        user_id, code = webhook_of(source, reveal(source.webhook, f"sources.{source.name}.webhook"))
        client = client or ApiClient(source.url)
        client.keep_secret(code)
        try:
            session = cls(source, client, user_id, code)
            session.identity = session._identity()
            session._check_scopes()
            return session
        except BaseException:
            client.close()
            raise

    def close(self) -> None:
        """End the session."""
        self.client.close()

    @property
    def signed_in(self) -> str:
        """To which Bitrix24, and whose webhook it is."""
        who = self.identity
        role = "an administrator" if who.is_administrator else "no administrator"
        return (
            f"Bitrix24 at {self.source.url} by a webhook of {who.user_name or 'a user'} (user {who.user_id}, "
            f"{role}) with the rights {', '.join(sorted(who.scopes))}"
        )

    def entities(self) -> Iterator["Bitrix24Entity"]:
        """What has to land of the source."""
        for each in lists_for(self.source.entities):
            yield (ProductRows if each is PRODUCT_ROWS else Bitrix24Entity)(self, each)

    def warnings(self) -> list[str]:
        """What the user's rights hide, as far as Bitrix24 tells."""
        found = []
        if not self.identity.is_administrator:
            found.append(
                f"User {self.identity.user_id} is no administrator, and so sees only what the CRM's roles "
                "let this user see: the numbers of all others would be missing."
            )
        hidden = self._hidden_funnels() if "deals" in self.source.entities else []
        if hidden:
            found.append(
                f"This user may not read the deals of funnels {', '.join(hidden)}: they are missing."
            )
        return found

    def _identity(self) -> Identity:
        profile = self.wire.ask("profile", {})["result"]
        scopes = self.wire.ask("scope", {})["result"]
        name = " ".join(filter(None, (profile.get("NAME"), profile.get("LAST_NAME"))))
        return Identity(int(profile["ID"]), name, bool(profile.get("ADMIN")), frozenset(map(str, scopes)))

    def _check_scopes(self) -> None:
        for each in lists_for(self.source.entities):
            if not self.identity.scopes.intersection(each.scopes):
                error = Bitrix24Error("insufficient_scope", f"no {each.scopes[0]}")
                raise self.wire.refusal(error, each.method, each.parameters)

    def _hidden_funnels(self) -> list[str]:
        """Funnels of which there are stages, but which this user is not shown."""
        statuses = self.wire.ask("crm.status.list", {})["result"]
        shown = self.wire.ask("crm.category.list", {"entityTypeId": 2})["result"]["categories"]
        of_funnel = re.compile(r"DEAL_STAGE_(\d+)")
        known = {int(found[1]) for row in statuses if (found := of_funnel.fullmatch(row["ENTITY_ID"]))}
        return [str(funnel) for funnel in sorted(known - {int(row["id"]) for row in shown})]


class Bitrix24Entity:
    """The records of one list, as yardstick.extract.changes.Entity says."""

    def __init__(self, session: Bitrix24Session, asked: Bitrix24List) -> None:
        self.name = asked.name
        self.label = asked.name
        self.is_small = asked.modified is None
        self.asked = asked
        self._session = session
        self._writer = JsonbWriter()
        self._mark: datetime | None = None

    @property
    def characters_cleaned(self) -> int:
        """Characters that were left out, for no database holds them."""
        return self._writer.characters_cleaned

    def count(self) -> int:
        """How many records the user sees."""
        content = self._session.wire.ask(self.asked.method, {**self.asked.parameters, "start": 0})
        return int(content.get("total", len(self._rows_of(content["result"]))))

    def latest_mark(self) -> str | None:
        """The last modified time, not later than now by the portal's clock: one that is hides changes."""
        modified, self._mark = str(self.asked.modified), None
        answered = self._session.wire.ask(*self._request({}, order=modified, descending=True, only_ids=True))
        rows = [row for row in self._rows_of(answered["result"]) if row.get(modified)]
        if not rows:
            return None
        last = datetime.fromisoformat(rows[0][modified])
        self._mark = min(last, _server_time(answered).astimezone(last.tzinfo))
        return self._mark.isoformat()

    def changed_pages(self, since: str | None, after_id: int) -> Iterator[Page]:
        """Records modified since a mark and LOOKBACK before it, or all."""
        if self.asked.pages == "offsets":
            yield self._page(self._whole())
            return
        conditions = {}
        if since is not None and self.asked.modified:
            conditions = self.since(datetime.fromisoformat(since) - LOOKBACK)
        for rows in self._chained(conditions, after_id):
            yield self._page(rows)

    def id_pages(self) -> Iterator[Sequence[int]]:
        """The ids of all records."""
        for rows in self._chained({}, 0, only_ids=True):
            yield [self.id_of(row) for row in rows]

    def pages_of(self, ids: Sequence[int]) -> Iterator[Page]:
        """The records of these ids."""
        rows = self._rows_with(ids)
        if rows:
            yield self._page(rows)

    def since(self, begin: datetime) -> Row:
        """The condition of having been modified since, spelled as this Bitrix24 understands it.

        Documented is ISO 8601, but some portals find nothing by it. What was changed last has to be found.
        """
        condition, method = f">={self.asked.modified}", self.asked.method
        known = self._session.spellings.get(method)
        if known or self._mark is None or self._mark < begin:
            return {condition: (known or _iso)(begin)}
        for spelling in (_iso, _plain):
            conditions = {condition: spelling(begin)}
            answered = self._session.wire.ask(*self._request(conditions, only_ids=True))
            if self._rows_of(answered["result"]):
                self._session.spellings[method] = spelling
                return conditions
        mark = self._mark
        self.latest_mark()
        if self._mark != mark:
            return self.since(begin)  # what was changed last is gone meanwhile
        raise SourceError(
            f"{self._session.source.url}: {self.label} says that it was changed last at "
            f"{mark.isoformat()}, and then that nothing was changed since {begin.isoformat()}. "
            "Run the refresh with --full to read all."
        )

    def id_of(self, row: Row) -> int:
        """The id of a record as a number."""
        return int(row[self.asked.id])

    def _rows_with(self, ids: Sequence[int]) -> list[Row]:
        key = self.asked.id if self.asked.filter == "FILTER" else f"@{self.asked.id}"
        requests = [
            self._request({key: list(ids[start : start + PAGE_ROWS])})
            for start in range(0, len(ids), PAGE_ROWS)
        ]
        found: dict[int, Row] = {}
        for start in range(0, len(requests), BATCH_REQUESTS):
            for result in self._results(requests[start : start + BATCH_REQUESTS]):
                found |= {self.id_of(row): row for row in self._rows_of(result)}
        wanted = set(ids)
        return [row for number, row in sorted(found.items()) if number in wanted]

    def _chained(
        self, conditions: Parameters, after_id: int, *, only_ids: bool = False
    ) -> Iterator[list[Row]]:
        """All rows that fulfil the conditions and have a greater id, in order; what one call gave at once."""
        lengths = iter(_CHAIN)
        while True:
            results = self._results(
                self._chain(conditions, after_id, next(lengths, BATCH_REQUESTS), only_ids)
            )
            found: dict[int, Row] = {}
            is_last = False
            for result in results:
                rows = self._rows_of(result)
                found |= {number: row for row in rows if (number := self.id_of(row)) > after_id}
                if is_last := len(rows) < PAGE_ROWS:
                    break
            if found:
                yield [row for _, row in sorted(found.items())]
                after_id = max(found)
            if is_last:
                return
            if not found:
                raise SourceError(
                    f"{self._session.source.url}: {self.label} answers with the same page again and again."
                )

    def _chain(
        self, conditions: Parameters, after_id: int, length: int, only_ids: bool
    ) -> list[tuple[str, Parameters]]:
        """Requests of which each begins behind the last row of the one before."""
        behind: object = after_id
        requests = []
        path = f"[{self.asked.rows}]" if self.asked.rows else ""
        for number in range(length):
            requests.append(self._request({**conditions, f">{self.asked.id}": behind}, only_ids=only_ids))
            behind = f"$result[{request_name(number)}]{path}[{PAGE_ROWS - 1}][{self.asked.id}]"
        return requests

    def _results(self, requests: Sequence[tuple[str, Parameters]]) -> list[Any]:
        if len(requests) == 1:
            return [self._session.wire.ask(*requests[0])["result"]]
        results = self._session.wire.batch(requests)
        for result in results:
            if isinstance(result, Bitrix24Error):
                raise self._session.wire.refusal(result, self.asked.method, self.asked.parameters)
        return results

    def _request(
        self,
        conditions: Parameters,
        *,
        order: str | None = None,
        descending: bool = False,
        only_ids: bool = False,
    ) -> tuple[str, Parameters]:
        asked, direction = self.asked, "DESC" if descending else "ASC"
        parameters: Row = {**asked.parameters, asked.filter: conditions, "start": -1}
        if asked.filter == "FILTER":
            parameters |= {"SORT": order or asked.id, "ORDER": direction}
        else:
            parameters["order"] = {order or asked.id: direction}
            chosen = [asked.id, *filter(None, [asked.modified])] if only_ids else asked.fields
            if chosen:
                parameters["select"] = list(chosen)
        return asked.method, parameters

    def _whole(self) -> list[Row]:
        """All rows of a list that is read by offsets; read again if it changed meanwhile."""
        for _ in range(_READINGS_OF_A_LIST):
            found: dict[str, Row] = {}
            totals: set[object] = set()
            start: int | None = 0
            while start is not None:
                content = self._session.wire.ask(self.asked.method, {**self.asked.parameters, "start": start})
                rows = self._rows_of(content["result"])
                found |= {str(row[self.asked.id]): row for row in rows}
                totals.add(content.get("total"))
                start = content.get("next")
            if len(totals) == 1:
                return list(found.values())
        raise SourceError(
            f"{self._session.source.url}: {self.label} changed each time it was read, "
            f"{_READINGS_OF_A_LIST} times in a row. Run the refresh again later."
        )

    def _rows_of(self, result: Any) -> list[Row]:
        rows = result.get(self.asked.rows, []) if self.asked.rows and isinstance(result, dict) else result
        return list(rows.values()) if isinstance(rows, dict) else list(rows or [])

    def _page(self, rows: Sequence[Row]) -> Page:
        ids: list[int] | list[str] = [self.id_of(row) for row in rows] if self.asked.pages == "ids" else []
        return Page(
            ids=ids or [str(row[self.asked.id]) for row in rows],
            modified_at=[row.get(self.asked.modified or "") or None for row in rows],
            records=[self._writer.write(self._record(row)) for row in rows],
        )

    def _record(self, row: Row) -> Row:
        """What a row says of the record: without what is empty, and without when it was touched."""
        kept = self.asked.fields
        return {
            name: value
            for name, value in row.items()
            if value not in (None, "", [], {}) and name not in LEFT_OUT and (not kept or name in kept)
        }


class ProductRows(Bitrix24Entity):
    """The lines of deals: one record per deal, for lines are asked for by their deal only.

    They are read when the deal changed, and again each night for a while after it was won: not every change
    of a line touches its deal.
    """

    def __init__(self, session: Bitrix24Session, asked: Bitrix24List) -> None:
        super().__init__(session, asked)
        self._deals = Bitrix24Entity(session, DEALS)

    def count(self) -> int:
        """How many deals may have lines."""
        return self._deals.count()

    def latest_mark(self) -> str | None:
        """The last modified time of a deal."""
        return self._deals.latest_mark()

    def changed_pages(self, since: str | None, after_id: int) -> Iterator[Page]:
        """The lines of deals that changed since a mark, and of those won a while before it; or of all."""
        conditions: Row = {}
        if since is not None:
            mark = datetime.fromisoformat(since)
            won_since = (mark - _LINES_ARE_READ_AGAIN).date().isoformat()
            changed = self._deals.since(mark - LOOKBACK)
            won = {"=stageSemanticId": "S", ">=closedate": won_since}
            conditions = {"0": {"logic": "OR", "0": changed, "1": won}}
        for deals in self._deals._chained(conditions, after_id, only_ids=True):
            yield from self._lines_of(deals)

    def id_pages(self) -> Iterator[Sequence[int]]:
        """The ids of all deals."""
        return self._deals.id_pages()

    def pages_of(self, ids: Sequence[int]) -> Iterator[Page]:
        """The lines of these deals."""
        yield from self._lines_of(self._deals._rows_with(ids))

    def _lines_of(self, deals: Sequence[Row]) -> Iterator[Page]:
        for start in range(0, len(deals), BATCH_REQUESTS):
            some = {self._deals.id_of(deal): deal for deal in deals[start : start + BATCH_REQUESTS]}
            lines = self._lines(list(some))
            if lines:
                yield Page(
                    ids=list(lines),
                    modified_at=[some[deal].get("updatedTime") for deal in lines],
                    records=[
                        self._writer.write({"id": deal, "rows": [self._record(line) for line in found]})
                        for deal, found in lines.items()
                    ],
                )

    def _lines(self, deals: Sequence[int]) -> dict[int, list[Row]]:
        """Deal → its lines; without what is gone meanwhile."""
        denied: dict[int, Bitrix24Error] = {}
        found: dict[int, list[Row]] = {deal: [] for deal in deals}
        behind = dict.fromkeys(deals, 0)
        while behind:
            requests = [
                self._request({"=ownerType": "D", "=ownerId": deal, ">id": line})
                for deal, line in behind.items()
            ]
            results = self._session.wire.batch(requests, halts=False)
            for deal, result in zip(list(behind), results, strict=True):
                if isinstance(result, Bitrix24Error):
                    if result.code != "ACCESS_DENIED":
                        raise self._session.wire.refusal(result, self.asked.method, self.asked.parameters)
                    denied[deal] = result
                    del found[deal], behind[deal]
                    continue
                rows = self._rows_of(result)
                found[deal] += rows
                if len(rows) < PAGE_ROWS:
                    del behind[deal]
                else:
                    behind[deal] = max(int(row["id"]) for row in rows)
        # Bitrix24 says the same of a deal that is gone and of one whose lines the user may not read.
        if denied and (there := self._deals._rows_with(sorted(denied))):
            error = denied[self._deals.id_of(there[0])]
            raise self._session.wire.refusal(error, self.asked.method, self.asked.parameters)
        return {deal: sorted(rows, key=lambda row: int(row["id"])) for deal, rows in found.items()}


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _plain(moment: datetime) -> str:
    """As the portal's clock shows it."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _server_time(content: Row) -> datetime:
    """When the portal answered, by its own clock."""
    finish = (content.get("time") or {}).get("finish")
    return datetime.fromtimestamp(float(finish), UTC) if finish else datetime.now(UTC)
