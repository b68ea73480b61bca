"""Options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

CompanyFolder = Annotated[Path, typer.Option("--company", help="Folder of the company.", metavar="DIR")]
COMPANY = Path("company")
