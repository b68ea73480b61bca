"""How HubSpot is asked over HTTP: the token, how fast, and what its answers mean."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import httpx

from yardstick.company import HubspotSource
from yardstick.errors import SourceError, UsageError
from yardstick.extract.api_client import Answer, ApiClient, Pace, Passing, retry_after

Row = dict[str, Any]

SEARCHES_A_SECOND = 4
_LOCKED, _LOCKED_WAIT = 423, 2
_MOVING = 477
_TEN_SECONDS = 10
#: What part of a batch may lack, and why: it is gone, or linked to nothing.
_ABSENT = "OBJECT_NOT_FOUND"


class HubspotWire:
    """Asks with the token of a private app, no faster than the account allows."""

    def __init__(self, source: HubspotSource, client: ApiClient, token: str) -> None:
        self._source = source
        self._client = client
        self._headers = {"Authorization": f"Bearer {token}"}
        client.told_wait = self._told_wait
        # A quarter of what ten seconds allow may go at once, the rest evenly: never more in any ten seconds.
        allowed = source.calls_in_10_seconds
        client.pace = Pace(allowed // 4, (allowed - allowed // 4) / _TEN_SECONDS)
        self._search_pace = Pace(1, SEARCHES_A_SECOND)

    def get(self, path: str, **query: str | int) -> Row:
        """The answer to a GET; raises SourceError or UsageError if HubSpot refuses."""
        address = f"{path}?{urlencode(query)}" if query else path
        return dict(self._client.get(address, self._judge, self._headers))

    def post(self, path: str, body: Mapping[str, Any]) -> Row:
        """The answer to a POST; raises SourceError or UsageError if HubSpot refuses."""
        return dict(self._client.post(path, body, self._judge, self._headers))

    def search(self, path: str, body: Mapping[str, Any]) -> Row:
        """The answer to a search, which may be asked for less often than the rest."""
        self._client.keep(self._search_pace)
        return self.post(path, body)

    def pages(self, path: str, **query: str | int) -> Iterator[list[Row]]:
        """The results of all pages behind an address."""
        after: str | None = None
        while True:
            asked = query if after is None else {**query, "after": after}
            answer = self.get(path, **asked)
            yield answer.get("results", [])
            following = answer.get("paging", {}).get("next", {}).get("after")
            if following is None:
                return
            if following == after:
                raise SourceError(
                    f"{self._source.url}: HubSpot names the same next page of {path} again and again. "
                    "Nothing is lost: run the refresh again."
                )
            after = following

    def optional(self, path: str, body: Mapping[str, Any]) -> Row | None:
        """The answer to a POST that HubSpot does not grant to every token; None where it does not."""

        def judge(answer: Answer) -> Row | None:
            return dict(answer.content) if answer.status == httpx.codes.OK and answer.content else None

        found: Row | None = self._client.post(path, body, judge, self._headers)
        return found

    def _judge(self, answer: Answer) -> Row:
        content = answer.content if isinstance(answer.content, dict) else {}
        if answer.status in (httpx.codes.OK, httpx.codes.MULTI_STATUS) and content:
            _refuse_partial(content)
            return content
        message = str(content.get("message", "")) or answer.text
        said = self._client.hide(message)[:300]
        if answer.status == _LOCKED:
            raise Passing(f"HTTP {_LOCKED} (a record is locked)", _LOCKED_WAIT)
        if answer.status >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise Passing(f"HTTP {answer.status}: {said}")
        if answer.status == httpx.codes.UNAUTHORIZED:
            raise self._refused(said)
        if answer.status == httpx.codes.FORBIDDEN:
            raise self._forbidden(content, said)
        if answer.status == _MOVING:
            raise SourceError(
                f"{self._source.url}: HubSpot is moving this account to another data centre, which may take "
                "a day. Nothing is lost: the next night goes on from here."
            )
        if not content.get("category") and not content.get("correlationId"):
            raise SourceError(
                f"{self._source.url}: it answers in a way that HubSpot does not (HTTP {answer.status}: "
                f"{answer.text!r}). Leave url out of sources.{self._source.name}, or correct it: HubSpot's "
                "API is at https://api.hubapi.com."
            )
        raise SourceError(f"{self._source.url}: HubSpot says {answer.status}: {said}")

    def _refused(self, said: str) -> UsageError:
        return UsageError(
            f"{self._source.url}: HubSpot refuses the token that sources.{self._source.name}.token names "
            f"({said}). Is it whole, and not replaced by a newer one? It stands in HubSpot under Settings, "
            "Integrations, Private Apps, Auth, Show token."
        )

    def _forbidden(self, content: Row, said: str) -> SourceError:
        if content.get("category") != "MISSING_SCOPES":
            return SourceError(f"{self._source.url}: HubSpot says 403: {said}")
        scopes = sorted(
            {
                str(scope)
                for error in content.get("errors") or ()
                for named in (error.get("context") or {}).values()
                for scope in named
            }
        )
        return SourceError(
            f"{self._source.url}: the private app lacks a scope: {' or '.join(scopes) or said}. Add it in "
            "HubSpot under Settings, Integrations, Private Apps, Scopes, or leave out of entities of "
            f"{self._source.name} what needs it: docs/sources/hubspot.md lists both."
        )

    def _told_wait(self, response: httpx.Response) -> float | None:
        """Seconds to wait; of the limit of a second doubling ones. No wait helps against the day's quota."""
        told = retry_after(response)
        if response.status_code != httpx.codes.TOO_MANY_REQUESTS:
            return told
        content = _parsed(response)
        policy, message = str(content.get("policyName", "")), str(content.get("message", ""))
        if policy == "DAILY" or "daily limit" in message:
            raise SourceError(
                f"{self._source.url}: the account's quota of calls for this day is used up, by all its apps "
                "together. It begins anew at midnight in HubSpot's time zone of the account. Nothing is "
                "lost: the next run goes on from here."
            )
        if told is None and "TEN_SECONDLY" in f"{policy} {message}".upper():
            return _TEN_SECONDS
        return told


def _refuse_partial(content: Row) -> None:
    """Of a batch, only what is not there may be missing: whatever else failed is asked for again."""
    if content.get("status", "COMPLETE") != "COMPLETE":
        raise Passing(f"a batch that is {content['status']}")
    for error in content.get("errors") or ():
        if error.get("category") != _ABSENT:
            raise Passing(f"a part of a batch failed ({error.get('category')})")


def _parsed(response: httpx.Response) -> Row:
    try:
        content = response.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
