"""What all models of files that people edit have in common."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from typing_extensions import TypedDict

from yardstick.languages import Language

_SLUG = r"^[a-z][a-z0-9_]{0,30}$"
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)


class Strict(BaseModel):
    """A piece of configuration: no unknown keys, never changed after it was read.

    The docstring below a field says what belongs there; it is what editors show on the key and what
    a Problem gives as expected. It is dumped with the keys that it was read with.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, serialize_by_alias=True
    )


def strict_mapping(name: str, keys: Mapping[str, object]) -> Any:
    """Type of a dict that may have only these keys, each with its own type of value."""
    make: Any = TypedDict
    mapping = make(name, dict(keys), total=False)
    mapping.__pydantic_config__ = ConfigDict(extra="forbid")
    return mapping


def _slug(text: str) -> str:
    if not re.fullmatch(_SLUG, text, re.ASCII):
        raise ValueError("lower-case letters, digits and _, first a letter, at most 31 of them")
    return text


def _number(value: object) -> object:
    if isinstance(value, str) and not _NUMBER.fullmatch(value.strip()):
        raise ValueError("a number with a decimal point and nothing between thousands, such as 1250000.50")
    return value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Slug = Annotated[str, AfterValidator(_slug), Field(json_schema_extra={"pattern": _SLUG})]
Number = Annotated[Decimal, BeforeValidator(_number), WithJsonSchema({"type": "number"})]


class Bilingual(Strict):
    """A text in every language that Yardstick speaks."""

    en: Text
    """the text in English"""
    ru: Text
    """the text in Russian"""

    def __getitem__(self, language: Language) -> str:
        """The text in a language."""
        return self.ru if language == "ru" else self.en

    def filled(self, values: Mapping[str, object]) -> "Bilingual":
        """The text with these values at their names in braces."""
        return Bilingual(en=self.en.format(**values), ru=self.ru.format(**values))
