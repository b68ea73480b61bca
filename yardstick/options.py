"""Options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

from yardstick.errors import UsageError
from yardstick.reading.strict import Language

CompanyFolder = Annotated[Path, typer.Option("--company", help="Folder of the company.", metavar="DIR")]
COMPANY = Path("company")

LanguageOption = Annotated[str, typer.Option("--lang", help="en or ru.", metavar="LANGUAGE")]


def known_language(text: str) -> Language:
    """The language that an option names; raises UsageError if it is none that Yardstick speaks."""
    match text:
        case "en" | "ru":
            return text
    raise UsageError(f"--lang: found {text!r}; expected en or ru")
