"""The command line of `yardstick source`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from yardstick.options import COMPANY, CompanyFolder

# As in cli.py, what a command needs is imported inside it.

app = typer.Typer(help="Sources: what each kind gives, and whether one can be read.", no_args_is_help=True)


@app.command()
def kinds() -> None:
    """List what each kind of source gives, and what it cannot give."""
    from yardstick.source_commands.kinds import show_kinds

    show_kinds(Console())


@app.command("test")
def sign_in(
    name: Annotated[str, typer.Argument(help="The source's name in company.yml.", metavar="NAME")],
    company: CompanyFolder = COMPANY,
    record: Annotated[
        Path | None,
        typer.Option(
            help="Read all as a first load would, and keep what is answered in this new folder, keys and "
            "what people wrote masked.",
            metavar="DIR",
        ),
    ] = None,
    replay: Annotated[
        Path | None,
        typer.Option(help="Answer from such a folder in place of the CRM.", metavar="DIR"),
    ] = None,
) -> None:
    """Sign in, say whose rights it has, count what it sees, warn where rights hide records."""
    from yardstick.company import load_company
    from yardstick.source_commands.sign_in import try_source

    try_source(load_company(company, needs_exports=False), name, Console(), record=record, replay=replay)
