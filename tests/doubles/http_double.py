"""A server on 127.0.0.1 that answers as a vendor's does, except where a test wants it to fail."""

import json
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self

LOGIN_PAGE = "<!doctype html><html><body><form>Sign in to the network</form></body></html>"

Fault = Literal["500", "502", "429", "silence", "cut", "truncated", "login page", "hang up"]


@dataclass
class Reply:
    """What the server answers."""

    content: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class FaultPlan:
    """Which requests, counted from 1, fail and how; and what happens on the server before one is served."""

    faults: dict[int, Fault] = field(default_factory=dict)
    #: Requests that are answered so instead, in the vendor's own words.
    replies: dict[int, Reply] = field(default_factory=dict)
    events: dict[int, Callable[[], object]] = field(default_factory=dict)
    retry_after: str | None = "2"


@dataclass
class Seen:
    """A request that came."""

    method: str
    path: str
    body: Any
    headers: Mapping[str, str]


class HttpDouble:
    """Serves `answer` in a thread, from entering to leaving; `requests` holds all that came."""

    def __init__(self, answer: Callable[[str, str, Mapping[str, str], Any], Reply]) -> None:
        self.plan = FaultPlan()
        self.requests: list[Seen] = []
        self._answer = answer
        self._lock = threading.Lock()
        self._silence = threading.Event()
        double = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 1 << 16  # head and body in one packet, or each answer waits for an acknowledgement

            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                double._serve(self, json.loads(body) if body else None)

            do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._silence.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def fail_next(self, *faults: Fault) -> None:
        """Let the next requests fail so."""
        begin = len(self.requests) + 1
        self.plan.faults |= dict(enumerate(faults, begin))

    def _serve(self, handler: BaseHTTPRequestHandler, body: Any) -> None:
        with self._lock:
            headers = {name.lower(): value for name, value in handler.headers.items()}
            self.requests.append(Seen(handler.command, handler.path, body, headers))
            number = len(self.requests)
            event = self.plan.events.pop(number, None)
            if event:
                event()
            fault = self.plan.faults.pop(number, None)
            reply = self.plan.replies.pop(number, None) or self._answer(
                handler.command, handler.path, headers, body
            )
        with suppress(BrokenPipeError, ConnectionResetError):
            self._send(handler, reply, fault)

    def _send(self, handler: BaseHTTPRequestHandler, reply: Reply, fault: Fault | None) -> None:
        body = reply.content if isinstance(reply.content, bytes) else json.dumps(reply.content).encode()
        status, headers = reply.status, {"Content-Type": "application/json; charset=utf-8", **reply.headers}
        sent, announced = body, len(body)
        match fault:
            case "500" | "502":
                status, headers, sent = int(fault), {"Content-Type": "text/html"}, b"<h1>Server Error</h1>"
                announced = len(sent)
            case "429":
                status, headers, sent = 429, {"Content-Type": "text/plain"}, b"slow down"
                announced = len(sent)
                if self.plan.retry_after is not None:
                    headers["Retry-After"] = self.plan.retry_after
            case "login page":
                status, headers, sent = 200, {"Content-Type": "text/html"}, LOGIN_PAGE.encode()
                announced = len(sent)
            case "truncated":
                sent = body[: len(body) // 2]
                announced = len(sent)
            case "cut":
                sent = body[: len(body) // 2]
            case "silence":
                self._silence.wait(30)
                return
        if fault == "hang up":
            self._hang_up(handler)
            return
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(announced))
        handler.end_headers()
        handler.wfile.write(sent)
        handler.wfile.flush()
        if fault == "cut":
            self._hang_up(handler)

    def _hang_up(self, handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        with suppress(OSError):
            handler.connection.shutdown(socket.SHUT_RDWR)
