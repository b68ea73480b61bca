"""What a push changes: each change is noted, and written unless it is a dry run."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from yardstick.metabase.session import Session

Fields = Mapping[str, Any]
Verb = Literal["make", "change", "archive"]


@dataclass(frozen=True)
class Change:
    """One thing that differs from the files; `before` is what Metabase has, {} where it has nothing."""

    verb: Verb
    what: str
    before: Fields
    after: Fields

    def __str__(self) -> str:
        if self.verb != "change":
            return f"{self.verb} {self.what}"
        fields = [key for key in self.after if self.after[key] != self.before.get(key)]
        return f"change {self.what}: {', '.join(fields)}"


@dataclass
class Writer:
    """Makes and changes things. In a dry run it notes only, and what would be made gets a number below 0."""

    session: Session
    is_dry_run: bool
    tell: Callable[[str], None] = lambda _: None
    changes: list[Change] = field(default_factory=list)
    _unmade: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def make(self, path: str, what: str, body: Fields) -> dict[str, Any]:
        """What was made, with its number."""
        made: dict[str, Any] = (
            {**body, "id": -next(self._unmade)} if self.is_dry_run else self.session.post(path, body)
        )
        self._note("make", what, {}, body)
        return made

    def change(self, path: str, what: str, before: Fields, after: Fields) -> dict[str, Any] | None:
        """Write all of `after` if any of it differs; the answer, or None where nothing was written."""
        now = {key: before.get(key) for key in after}
        if now == after:
            return None
        answer: dict[str, Any] | None = None if self.is_dry_run else self.session.put(path, after)
        self._note("change", what, now, after)
        return answer

    def archive(self, path: str, what: str) -> None:
        """Move something into Metabase's trash, from where people may take it back."""
        if not self.is_dry_run:
            self.session.put(path, {"archived": True})
        self._note("archive", what, {"archived": False}, {"archived": True})

    def _note(self, verb: Verb, what: str, before: Fields, after: Fields) -> None:
        change = Change(verb, what, _without_passwords(before), _without_passwords(after))
        self.changes.append(change)
        self.tell(str(change))


def _without_passwords(fields: Fields) -> Fields:
    """What may be shown of what is sent."""
    return {
        key: _without_passwords(value) if isinstance(value, dict) else "***" if key == "password" else value
        for key, value in fields.items()
    }
