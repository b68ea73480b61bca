"""How Bitrix24 is asked over HTTP: a webhook in the address, how fast, and what its answers mean.

The webhook's code is part of the address, and shows nowhere. A batch holds up to 50 requests, of which one
may begin behind the last id of the one before; an error in it comes with HTTP 200.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx

from yardstick.company import Bitrix24Source
from yardstick.errors import SourceError, UsageError
from yardstick.extract.api_client import Answer, ApiClient, Pace, Passing, retry_after
from yardstick.extract.bitrix24_lists import lists_for

#: The bucket of most plans, with some room for others who ask from the same address.
_AT_ONCE, _PER_SECOND = 40, 2.0
#: Seconds of work in ten minutes from which a method is let rest; at 480 it is blocked for the whole portal.
_MOST_OPERATING = 400
_PASSING_ERRORS = frozenset(
    {"QUERY_LIMIT_EXCEEDED", "OPERATION_TIME_LIMIT", "INTERNAL_SERVER_ERROR", "ERROR_UNEXPECTED_ANSWER"}
)
_REFUSED = frozenset({"INVALID_CREDENTIALS", "NO_AUTH_FOUND", "expired_token", "invalid_token"})
_WEBHOOK = re.compile(r"(?:.*/rest/)?(\d+)/([^/\s]+)/?")

Row = dict[str, Any]
Parameters = Mapping[str, Any]


class Bitrix24Error(Exception):
    """What Bitrix24 answered instead of a result."""

    def __init__(self, code: str, description: str) -> None:
        self.code = code
        self.description = description
        super().__init__(f"{code}: {description}" if description else code)


class Bitrix24Wire:
    """Asks by an incoming webhook, no faster than the portal allows."""

    def __init__(self, source: Bitrix24Source, client: ApiClient, user_id: str, code: str) -> None:
        self._source = source
        self._client = client
        self._path = f"/rest/{user_id}/{code}"
        client.pace = Pace(_AT_ONCE, _PER_SECOND)
        client.told_wait = _told_wait

    def ask(self, method: str, parameters: Parameters) -> Row:
        """What a method answers, result, total and all; raises SourceError or UsageError if it refuses."""
        return dict(self._sent(method, parameters, self._judge))

    def batch(self, requests: Sequence[tuple[str, Parameters]], *, halts: bool = True) -> list[Any]:
        """The results of several requests, or the error of one; all after it are left out if it `halts`.

        Raises as `ask` does if the batch as a whole is refused, or for a while one in it.
        """
        names = list(map(request_name, range(len(requests))))
        commands = {
            name: f"{method}?{_query(parameters)}"
            for name, (method, parameters) in zip(names, requests, strict=True)
        }

        def judge(answer: Answer) -> list[Any]:
            content = self._judge(answer)
            parts = content["result"]
            if not isinstance(parts, dict):
                raise Passing("a batch without any answer")
            results, errors = (dict(parts.get(part) or {}) for part in ("result", "result_error"))
            found: list[Any] = []
            for name in names:
                if name in errors:
                    found.append(self._passing_or(errors[name]))
                    if halts:
                        return found
                elif name in results:
                    found.append(results[name])
                else:
                    raise Passing(f"a batch of {len(names)} requests of which {name} has no answer")
            return found

        return list(self._sent("batch", {"halt": int(halts), "cmd": commands}, judge))

    def refusal(self, error: Bitrix24Error, method: str, parameters: Parameters) -> Exception:
        """What to say of an error that will not pass."""
        entities = self._entities_of(method, parameters.get("entityTypeId"))
        instead = f"Or name under entities of {self._source.name} what there is: not {', '.join(entities)}."
        said = self._client.hide(f"Bitrix24 says {error}"[:300])
        if error.code in _REFUSED:
            return UsageError(
                f"{self._source.url}: Bitrix24 knows no such webhook ({said}). Is the one that "
                f"sources.{self._source.name}.webhook names complete, of this portal, and not deleted? A new "
                "one is made in Bitrix24 under Developer resources, Other, Inbound webhook."
            )
        if error.code == "insufficient_scope":
            wanted = sorted({each.scopes[0] for each in lists_for(self._source.entities)})
            return UsageError(
                f"{self._source.url}: {method}: {said}. Give the webhook the rights {', '.join(wanted)}. "
                f"{instead}"
            )
        if error.code == "ERROR_METHOD_NOT_FOUND":
            return SourceError(f"{self._source.url}: this Bitrix24 has no {method}. {instead}")
        if error.code in ("ACCESS_DENIED", "200040300010", "allowed_only_intranet_user"):
            return SourceError(
                f"{self._source.url}: {method}: {said}. Give the user of the webhook the rights that "
                f"docs/sources/bitrix24.md names. {instead}"
            )
        return SourceError(f"{self._source.url}: {method}: {said}")

    def _sent(self, method: str, parameters: Parameters, judge: Any) -> Any:
        try:
            return self._client.post(f"{self._path}/{method}", parameters, judge)
        except Bitrix24Error as error:
            raise self.refusal(error, method, parameters) from None

    def _judge(self, answer: Answer) -> Row:
        content = answer.content
        if isinstance(content, dict) and "error" in content:
            raise self._passing_or(content)
        if answer.status != httpx.codes.OK or not isinstance(content, dict) or "result" not in content:
            raise SourceError(
                f"{self._source.url}: it answers in a way that Bitrix24 does not (HTTP {answer.status}: "
                f"{answer.text!r}). Is url the portal's own address, such as https://acme.bitrix24.com?"
            )
        self._let_rest(content)
        return content

    def _passing_or(self, error: Row) -> Bitrix24Error:
        """The error; raises Passing for one that passes."""
        found = Bitrix24Error(str(error.get("error")), str(error.get("error_description") or ""))
        if found.code in _PASSING_ERRORS:
            raise Passing(str(found), _until_reset(error.get("time") or error))
        return found

    def _let_rest(self, content: Row) -> None:
        """Rest before a method has worked for so long that the whole portal is refused it."""
        parts = content["result"]
        times = [content.get("time") or {}]
        if isinstance(parts, dict) and isinstance(parts.get("result_time"), dict):
            times += parts["result_time"].values()
        waits = [_until_reset(time) for time in times if float(time.get("operating") or 0) > _MOST_OPERATING]
        if waits:
            self._client.rest(max(wait or 0 for wait in waits))

    def _entities_of(self, method: str, kind: object) -> list[str]:
        """The entities that are taken, and need what a method lists of a kind."""
        asked = [each for each in lists_for(self._source.entities) if each.method == method]
        served = [each.serves for each in asked if each.parameters.get("entityTypeId") == kind]
        return sorted(frozenset().union(*served).intersection(self._source.entities))


def request_name(number: int) -> str:
    """The name of a request in its batch, by which a later one may refer to its result."""
    return f"p{number:02}"


def webhook_of(source: Bitrix24Source, text: str) -> tuple[str, str]:
    """User and code of a webhook, given as its whole address or as the end of it."""
    found = _WEBHOOK.fullmatch(text)
    where = f"sources.{source.name}.webhook"
    if not found:
        raise UsageError(
            f"{where}: found something else than a webhook; expected its address as Bitrix24 shows it, such "
            f"as {source.url}/rest/1/…/"
        )
    host = httpx.URL(text).host if "://" in text else ""
    if host and host != httpx.URL(source.url).host:
        raise UsageError(f"{where}: found a webhook of {host}; expected one of {source.url}.")
    return found[1], found[2]


def _query(parameters: Parameters) -> str:
    """Parameters as PHP reads them from an address: a[b][0]=c."""
    return "&".join(f"{quote(name, safe='[]')}={quote(value, safe='')}" for name, value in _flat(parameters))


def _flat(parameters: Parameters | Sequence[Any], under: str = "") -> Iterator[tuple[str, str]]:
    items = parameters.items() if isinstance(parameters, Mapping) else enumerate(parameters)
    for name, value in items:
        path = f"{under}[{name}]" if under else str(name)
        if isinstance(value, Mapping | list):
            yield from _flat(value, path)
        else:
            yield path, str(int(value) if isinstance(value, bool) else value)


def _told_wait(response: httpx.Response) -> float | None:
    """Seconds until a method may work again; where nothing says so, None."""
    try:
        content = response.json()
    except ValueError:
        return retry_after(response)
    told = _until_reset(content.get("time") or content) if isinstance(content, dict) else None
    return retry_after(response) if told is None else told


def _until_reset(time: Row) -> float | None:
    """Seconds until `operating_reset_at`, which comes as seconds since 1970 or as an ISO instant."""
    told = time.get("operating_reset_at")
    if not told:
        return None
    is_text = isinstance(told, str) and not told.isdecimal()
    reset = datetime.fromisoformat(str(told)).timestamp() if is_text else float(told)
    return max(0.0, reset - datetime.now(UTC).timestamp())
