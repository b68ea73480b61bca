"""The command line of `yardstick targets`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from yardstick.options import COMPANY, CompanyFolder, known_day

# As in cli.py, what a command needs is imported inside it.

app = typer.Typer(
    help="Targets within reach: proposed in a file, accepted by a person. Nothing changes by itself.",
    no_args_is_help=True,
)

ProposalFile = Annotated[Path, typer.Argument(help="The file of proposals.", metavar="FILE")]


@app.command()
def propose(
    file: ProposalFile = Path("proposed-targets.csv"),
    company: CompanyFolder = COMPANY,
    chance: Annotated[
        float, typer.Option(help="The chance that a target should have, as 0.60.", min=0.05, max=0.95)
    ] = 0.60,
) -> None:
    """Write, for each target that fails "realistic", one that is reached with the wanted chance."""
    from yardstick.company import load_company
    from yardstick.target_commands.propose import propose_targets

    propose_targets(load_company(company, needs_exports=False), file, chance, Console())


@app.command()
def accept(
    file: ProposalFile,
    by: Annotated[str, typer.Option(help="Who decided.", metavar="NAME")],
    company: CompanyFolder = COMPANY,
    on: Annotated[
        str | None,
        typer.Option(help="The day of the decision; default: the company's as_of, or today.", metavar="DATE"),
    ] = None,
) -> None:
    """Append the proposals to targets.csv, each as the next version of its target."""
    from yardstick.company import load_company
    from yardstick.target_commands.accept import accept_targets

    loaded = load_company(company, needs_exports=False)
    decided_on = loaded.settings.as_of or loaded.today() if on is None else known_day("--on", on)
    count = accept_targets(loaded, file, by, decided_on)
    Console().print(
        f"Appended {count} versions to {loaded.folder / 'targets.csv'}; the next refresh reads them.",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
