"""The SQL of a question: {{tags}} stand for values that a reader chooses, {language} for en or ru."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from yardstick.languages import Language

_TAG = re.compile(r"\{\{\s*(\w+)\s*\}\}", re.ASCII)
_LANGUAGE = "{language}"


@dataclass(frozen=True)
class Template:
    """A SELECT. A tag stands for a text value and always has one, so that Metabase, too, can bind it."""

    text: str

    @cached_property
    def tags(self) -> frozenset[str]:
        """The tags in it."""
        return frozenset(_TAG.findall(self.text))

    def line_of(self, tag: str) -> int:
        """The line on which a tag of it stands first."""
        place = next(match.start() for match in _TAG.finditer(self.text) if match[1] == tag)
        return self.text.count("\n", 0, place) + 1

    def for_metabase(self, language: Language) -> str:
        """The SQL in a language, its tags as they are: Metabase's own."""
        return self.text.replace(_LANGUAGE, language)

    def filled(self, language: Language, fill: Callable[[str], str]) -> str:
        """The SQL in a language, with what `fill` gives for each tag: a piece of SQL, never a value."""
        return _TAG.sub(lambda match: fill(match[1]), self.for_metabase(language))

    def numbered(self, language: Language, values: Mapping[str, str]) -> tuple[str, list[str]]:
        """The SQL with $1, $2, … for its tags, and their values in that order, for psycopg.RawCursor.

        Raises KeyError for a tag without a value.
        """
        order = sorted(self.tags)
        bound = [values[tag] for tag in order]
        return self.filled(language, lambda tag: f"${order.index(tag) + 1}"), bound
