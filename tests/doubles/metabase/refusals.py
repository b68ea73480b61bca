"""What Metabase says when it does not do as asked."""

from typing import Any


class Refused(Exception):  # noqa: N818 - an answer, which the server sends
    """An answer other than success."""

    def __init__(self, status: int, content: Any) -> None:
        self.status, self.content = status, content
        super().__init__(f"HTTP {status}: {content}")


def not_found() -> Refused:
    return Refused(404, "Not found.")


def forbidden() -> Refused:
    return Refused(403, "You don't have permissions to do that.")


def invalid(field: str, expected: str) -> Refused:
    """A request whose field is not as the API describes it."""
    return Refused(
        400, {"errors": {field: expected}, "specific-errors": {field: [f"{expected}, received: nil"]}}
    )


def required(body: Any, *fields: str) -> dict[str, Any]:
    """The body, if it is an object that has these fields."""
    given = body if isinstance(body, dict) else {}
    for field in fields:
        if given.get(field) in (None, ""):
            raise invalid(field, "missing required key")
    return given
