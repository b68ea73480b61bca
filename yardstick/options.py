"""Options that several commands have."""

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from yardstick.errors import UsageError
from yardstick.languages import Language

CompanyFolder = Annotated[Path, typer.Option("--company", help="Folder of the company.", metavar="DIR")]
COMPANY = Path("company")

LanguageOption = Annotated[str, typer.Option("--lang", help="en or ru.", metavar="LANGUAGE")]


def known_day(option: str, text: str) -> date:
    """The day that an option names; raises UsageError if it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option}: found {text!r}; expected a day such as 2026-06-30") from None


def known_format(text: str, formats: Collection[str]) -> str:
    """The --format, if it is one of these; raises UsageError if not."""
    if text not in formats:
        raise UsageError(f"--format: found {text!r}; expected {', '.join(formats)}")
    return text


def known_language(text: str) -> Language:
    """The language that an option names; raises UsageError if it is none that Yardstick speaks."""
    match text:
        case "en" | "ru":
            return text
    raise UsageError(f"--lang: found {text!r}; expected en or ru")
