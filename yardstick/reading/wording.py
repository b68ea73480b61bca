"""How a problem is put to a person: what was found, what could have been meant."""

import difflib
from collections.abc import Collection

_LONGEST = 120


def quoted(text: str) -> str:
    """The text in quotes, shortened when it is long."""
    return f"'{text}'" if len(text) <= _LONGEST else f"'{text[:_LONGEST]}…'"


def listed(words: Collection[str]) -> str:
    """The words in their order, comma-separated, shortened when there are many."""
    text = ", ".join(words)
    return text if len(text) <= 3 * _LONGEST else f"{text[: 3 * _LONGEST]}…"


def did_you_mean(word: str, known: Collection[str]) -> str:
    """`; did you mean 'x'?` for the nearest known word, or nothing when none is near."""
    by_lower = {candidate.lower(): candidate for candidate in known}
    nearest = difflib.get_close_matches(word.lower(), by_lower, n=1)
    return f"; did you mean '{by_lower[nearest[0]]}'?" if nearest else ""


def unknown(what: str, name: str, known: Collection[str], expected: str) -> tuple[str, str]:
    """Found and expected of a name that nothing bears."""
    return f"the unknown {what} {quoted(name)}", f"{expected}{did_you_mean(name, known)}"
