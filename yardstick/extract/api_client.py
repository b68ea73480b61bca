"""Asks a CRM's API over HTTP: patient with what passes, plain about what does not; counts calls and bytes.

All that is asked only reads, so that a request may be sent again whatever became of it.
"""

import json
import logging
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import httpx
import tenacity

from yardstick.errors import SourceError

logger = logging.getLogger(__name__)
# Addresses may hold secrets, and httpx logs every one.
logging.getLogger("httpx").setLevel(logging.WARNING)

USER_AGENT = "yardstick"
TOO_MANY_REQUESTS = 429
_GATEWAY_TROUBLE = frozenset({408, 429, 502, 503, 504})
_SHOWN = 300


class Passing(Exception):  # noqa: N818 - not an error yet: it is one when it does not pass
    """A failure that may pass: the request is sent again, after `wait` seconds where the vendor says so."""

    def __init__(self, what: str, wait: float | None = None) -> None:
        self.wait = wait
        super().__init__(what)


@dataclass(frozen=True)
class Patience:
    """How often a request is sent, and how long is waited between: doubling seconds, or what is told."""

    attempts: int = 7
    first_wait: float = 1
    longest_wait: float = 60
    longest_told_wait: float = 900


@dataclass(frozen=True)
class Answer:
    """What came back whole: the status, and the parsed JSON (None where it is none)."""

    status: int
    content: Any
    text: str


#: What a vendor makes of an answer: its content; it raises Passing for what passes, SourceError else.
Judge = Callable[[Answer], Any]


class Pace:
    """A vendor's leaky bucket, seen from outside: so many requests at once, and then so many a second."""

    def __init__(self, at_once: int, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._at_once = at_once
        self._per_second = per_second
        self._clock = clock
        self._in_bucket = 0.0
        self._seen_at = clock()

    def next_wait(self) -> float:
        """Count a request; the seconds to wait before it is sent."""
        now = self._clock()
        leaked = (now - self._seen_at) * self._per_second
        self._in_bucket = max(0.0, self._in_bucket - leaked) + 1
        self._seen_at = now
        return max(0.0, (self._in_bucket - self._at_once) / self._per_second)


class ApiClient:
    """A session with one server. What is in `secrets` never shows in a message.

    A vendor's module sets how fast it may be asked (`pace`), and where an answer that refuses says how long
    to wait (`told_wait`), if that is not Retry-After; it raises SourceError where no wait helps.
    """

    def __init__(
        self,
        address: str,
        *,
        headers: Mapping[str, str] | None = None,
        transport: httpx.BaseTransport | None = None,
        patience: Patience | None = None,
        timeout: float = 120,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.address = address
        self.calls = 0
        self.bytes_received = 0
        self.pace: Pace | None = None
        self.told_wait: Callable[[httpx.Response], float | None] = retry_after
        self._secrets: tuple[str, ...] = ()
        self._patience = patience or Patience()
        self._sleep = sleep
        self._http = httpx.Client(
            base_url=address,
            headers={"User-Agent": USER_AGENT, **(headers or {})},
            timeout=httpx.Timeout(timeout, connect=min(timeout, 10)),
            transport=transport,
            verify=_trusted(),
        )

    def close(self) -> None:
        """End the session."""
        self._http.close()

    def keep_secret(self, secret: str) -> None:
        """Never show this text."""
        self._secrets = (*self._secrets, secret)

    def rest(self, seconds: float) -> None:
        """Ask nothing for a while."""
        logger.info("%s: rests for %.0f s", self.address, seconds)
        self._sleep(seconds)

    def hide(self, text: str) -> str:
        """The text without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def keep(self, pace: Pace) -> None:
        """Wait until the pace allows another request; the client's own is kept anyway."""
        if (wait := pace.next_wait()) > 0:
            self._sleep(wait)

    def get(self, path: str, judge: Judge, headers: Mapping[str, str] | None = None) -> Any:
        """What `judge` makes of the answer to a GET; raises SourceError if there is none in the end."""
        return self._ask("GET", path, None, headers, judge)

    def post(self, path: str, body: object, judge: Judge, headers: Mapping[str, str] | None = None) -> Any:
        """What `judge` makes of the answer to a POST of JSON; raises SourceError if there is none."""
        return self._ask("POST", path, json.dumps(body).encode(), headers, judge)

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str] | None, judge: Judge
    ) -> Any:
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self._patience.attempts),
            wait=self._wait,
            retry=tenacity.retry_if_exception_type(Passing),
            before_sleep=self._say_waiting,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(lambda: judge(self._send(method, path, body, headers)))
        except Passing as error:
            raise SourceError(
                f"{self.address}: {self.hide(str(error))}, {self._patience.attempts} times in a row. "
                "Nothing is lost: the next run goes on from here. Look whether the server is well."
            ) from None

    def _send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str] | None) -> Answer:
        if self.pace is not None:
            self.keep(self.pace)
        self.calls += 1
        sent = {"Content-Type": "application/json"} if body is not None else {}
        try:
            response = self._http.request(method, path, content=body, headers={**sent, **(headers or {})})
        except httpx.UnsupportedProtocol as error:
            raise SourceError(f"{self.address}: found no web address ({error}); correct url.") from None
        except httpx.TransportError as error:
            raise Passing(f"no whole answer ({type(error).__name__}: {self.hide(str(error))})") from None
        self.bytes_received += response.num_bytes_downloaded
        return self._answer(response)

    def _answer(self, response: httpx.Response) -> Answer:
        if response.status_code in _GATEWAY_TROUBLE:
            raise Passing(f"HTTP {response.status_code}", self.told_wait(response))
        if response.is_redirect:
            there = self.hide(response.headers.get("location", "another address"))
            raise SourceError(
                f"{self.address}: it sends on to {there}. If that is the CRM, put its address into url; if "
                "it is a sign-in page, this machine has no free way to the CRM: ask who runs the network."
            )
        content_type = response.headers.get("content-type", "")
        if response.is_success and "html" in content_type:
            raise SourceError(
                f"{self.address}: it answers with a web page, not with data: "
                f"{self.hide(response.text)[:_SHOWN]!r}. Is url the CRM's own address, and is there a proxy "
                "that asks to sign in?"
            )
        try:
            content = json.loads(response.content, parse_constant=_refuse_constant)
        except ValueError:
            if "json" in content_type or response.is_success:
                raise Passing("an answer that is cut off or no JSON") from None
            content = None
        if response.is_server_error and content is None:
            raise Passing(f"HTTP {response.status_code}")
        return Answer(response.status_code, content, self.hide(response.text[:_SHOWN]))

    def _wait(self, state: tenacity.RetryCallState) -> float:
        told = getattr(state.outcome and state.outcome.exception(), "wait", None)
        if told is None:
            doubled = self._patience.first_wait * 2.0 ** (state.attempt_number - 1)
            return float(min(doubled, self._patience.longest_wait))
        if told > self._patience.longest_told_wait:
            raise SourceError(
                f"{self.address}: it asks to wait {told:.0f} s, longer than a night should. "
                "Run the refresh again later; it goes on where it stopped."
            )
        return float(told)

    def _say_waiting(self, state: tenacity.RetryCallState) -> None:
        error = state.outcome and state.outcome.exception()
        wait = state.next_action.sleep if state.next_action else 0
        logger.warning("%s: %s; again in %.0f s", self.address, self.hide(str(error)), wait)


@cache
def _trusted() -> ssl.SSLContext:
    """Whose certificates are trusted: reading them takes longer than many a request."""
    return httpx.create_ssl_context()


def retry_after(response: httpx.Response) -> float | None:
    """Seconds that Retry-After asks to wait, given as seconds or as a date; None where it says nothing."""
    told = response.headers.get("retry-after", "").strip()
    if not told:
        return None
    if told.isdecimal():
        return float(told)
    try:
        moment = parsedate_to_datetime(told)
    except ValueError:
        return None
    return max(0.0, (moment - datetime.now(UTC)).total_seconds()) if moment.tzinfo else None


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")
