"""The command line of `yardstick dashboards`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from yardstick.options import COMPANY, CompanyFolder, LanguageOption, known_format, known_language

# As in cli.py, what a command needs is imported inside it.

app = typer.Typer(help="What people read every morning, as files in dashboards/.", no_args_is_help=True)


@app.command()
def check() -> None:
    """Check every file of dashboards/: YAML, SQL, filters, tiles, clicks, both languages."""
    from yardstick.dashboards import load_dashboards

    found = load_dashboards()
    Console(soft_wrap=True).print(
        f"All is well. Dashboards: {', '.join(found.dashboards)}; questions: {len(list(found.questions()))}.",
        highlight=False,
    )


@app.command()
def run(
    question: Annotated[str, typer.Argument(help="Its id, such as kpi_health.conditions.")],
    company: CompanyFolder = COMPANY,
    choice: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="A filter and its value, such as node=hamburg; may be repeated.",
            metavar="FILTER=VALUE",
        ),
    ] = None,
    output: Annotated[str, typer.Option("--format", help="table, csv or json.", metavar="FORMAT")] = "table",
    lang: LanguageOption = "en",
) -> None:
    """Run the SQL of one question; filters that are not set have their defaults."""
    from yardstick.company import load_company
    from yardstick.dashboard_commands.run import run_question
    from yardstick.query import FORMATS

    write = FORMATS[known_format(output, FORMATS)]
    found = load_company(company, needs_exports=False)
    run_question(found, question, choice or [], known_language(lang), write)


@app.command()
def preview(
    company: CompanyFolder = COMPANY,
    output: Annotated[
        Path | None,
        typer.Option(help="The file to write; default: where the nightly refresh leaves it.", metavar="FILE"),
    ] = None,
) -> None:
    """Write all dashboards with what is published now as one HTML page, to be read without Metabase."""
    from yardstick.company import load_company
    from yardstick.dashboards import load_dashboards
    from yardstick.dashboards.preview import preview_file, write_preview

    found = load_company(company, needs_exports=False)
    file = output or preview_file(found)
    size = write_preview(found, load_dashboards(), file)
    Console(soft_wrap=True).print(f"Wrote {file} ({size / 1e6:.1f} MB).", markup=False, highlight=False)


_Languages = Annotated[
    list[str] | None,
    typer.Option("--language", help="en or ru, or both by giving it twice; default: those of company.yml."),
]


@app.command()
def push(
    company: CompanyFolder = COMPANY,
    language: _Languages = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, only.")] = False,
    prune: Annotated[
        bool,
        typer.Option("--prune", help="Move what the files no longer have to Metabase's trash."),
    ] = False,
) -> None:
    """Make Metabase what dashboards/ says, then run every question there as people will."""
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
