"""The command line of `yardstick dashboards`."""

from typing import Annotated

import typer
from rich.console import Console

from yardstick.options import COMPANY, CompanyFolder

# As in cli.py, what a command needs is imported inside it.

app = typer.Typer(help="Dashboards: push them to Metabase, see what was changed there.", no_args_is_help=True)

_Languages = Annotated[
    list[str] | None,
    typer.Option("--language", help="en or ru, or both by giving it twice; default: those of company.yml."),
]


@app.command()
def push(
    company: CompanyFolder = COMPANY,
    language: _Languages = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change; change nothing.")
    ] = False,
    prune: Annotated[
        bool,
        typer.Option(
            "--prune", help="Move to Metabase's trash what a push made and the files no longer have."
        ),
    ] = False,
) -> None:
    """Make Metabase what dashboards/ says, then run every question as people will."""
    from yardstick.company import load_company
    from yardstick.dashboard_commands.push import push_dashboards

    found = load_company(company, needs_exports=False)
    push_dashboards(found, language or (), Console(), is_dry_run=dry_run, is_pruning=prune)


@app.command()
def pull(company: CompanyFolder = COMPANY, language: _Languages = None) -> None:
    """Show, as a diff, where Metabase differs from dashboards/, such as by what was changed there by hand."""
    from yardstick.company import load_company
    from yardstick.dashboard_commands.pull import show_differences

    show_differences(load_company(company, needs_exports=False), language or (), Console())
