"""Keeps what went over the wire to a CRM, masked, in a folder; and answers from such a folder instead."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import httpx

from yardstick.errors import SourceError, UsageError


@dataclass(frozen=True)
class Exchange:
    """A request and its answer: path and query, bodies as parsed JSON, or as text where they are none."""

    method: str
    path: str
    body: Any
    status: int = 200
    answer: Any = None

    @property
    def asked(self) -> str:
        """What was asked, as one text."""
        return json.dumps([self.method, self.path, self.body], sort_keys=True)


class Mask(Protocol):
    """What a vendor's module knows of secrets and personal data in what it asks and is answered."""

    def request(self, exchange: Exchange) -> Exchange:
        """The request without secrets; always the same for the same request."""
        ...

    def answer(self, exchange: Exchange) -> Exchange:
        """The answer without what tells of persons."""
        ...


class RecordingTransport(httpx.BaseTransport):
    """Sends requests on, and keeps each with its answer in a file of its own."""

    def __init__(self, folder: Path, mask: Mask, sent_by: httpx.BaseTransport | None = None) -> None:
        if folder.exists() and any(folder.iterdir()):
            raise UsageError(f"{folder} is not empty. Name a new folder for the recording.")
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._mask = mask
        self._sent_by = sent_by or httpx.HTTPTransport()
        self._count = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """See httpx.BaseTransport."""
        response = self._sent_by.handle_request(request)
        response.read()
        self._count += 1
        asked = _asked(request)
        answer = _parsed(response.content)
        masked = self._mask.answer(replace(asked, status=response.status_code, answer=answer))
        kept = {
            "request": self._mask.request(asked).asked,
            "status": masked.status,
            "content_type": response.headers.get("content-type", ""),
            "answer": masked.answer,
        }
        file = self._folder / f"{self._count:06d}.json"
        file.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return httpx.Response(
            response.status_code, headers=_plain_headers(response), content=response.content, request=request
        )

    def close(self) -> None:
        """See httpx.BaseTransport."""
        self._sent_by.close()


class ReplayTransport(httpx.BaseTransport):
    """Answers from a recording; to the same question asked again with the next answer that it got."""

    def __init__(self, folder: Path, mask: Mask) -> None:
        files = sorted(folder.glob("*.json"))
        if not files:
            raise UsageError(f"{folder} holds no recording.")
        self._mask = mask
        kept: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for file in files:
            content = json.loads(file.read_text(encoding="utf-8"))
            kept[content["request"]].append(content)
        self._answers: dict[str, Iterator[dict[str, Any]]] = {
            asked: iter(answers) for asked, answers in kept.items()
        }

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """See httpx.BaseTransport; raises SourceError for what was never asked while recording."""
        asked = self._mask.request(_asked(request)).asked
        kept = next(self._answers.get(asked, iter(())), None)
        if kept is None:
            raise SourceError(f"The recording has no answer to {asked[:300]}")
        answer = kept["answer"]
        content = answer if isinstance(answer, str) else json.dumps(answer)
        headers = {"content-type": kept["content_type"]}
        return httpx.Response(kept["status"], headers=headers, content=content.encode(), request=request)


def _asked(request: httpx.Request) -> Exchange:
    return Exchange(request.method, request.url.raw_path.decode(), _parsed(request.read()))


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content) if content else None
    except ValueError:
        return content.decode(errors="replace")


def _plain_headers(response: httpx.Response) -> dict[str, str]:
    """The headers of a body that has been read: how it was packed for the way is over."""
    packed = {"content-encoding", "content-length", "transfer-encoding"}
    return {name: value for name, value in response.headers.items() if name not in packed}
