"""The command line of `yardstick kpi`."""

from typing import Annotated

import typer
from rich.console import Console

from yardstick.options import COMPANY, CompanyFolder, LanguageOption, known_language

# As in cli.py, what a command needs is imported inside it.

app = typer.Typer(
    help="What each KPI means, where a number comes from, and how to add a KPI.", no_args_is_help=True
)


@app.command()
def show(
    kpi: Annotated[str | None, typer.Argument(help="One KPI, in full; all of them if left out.")] = None,
    company: CompanyFolder = COMPANY,
    lang: LanguageOption = "en",
) -> None:
    """List the catalogue of KPIs, or show the definition of one."""
    from yardstick.company import load_company
    from yardstick.definitions.files import load_definitions
    from yardstick.kpi_commands.show import show_catalogue, show_definition

    definitions = load_definitions()
    if kpi is None:
        show_catalogue(definitions, known_language(lang), Console())
    else:
        goals = load_company(company, needs_exports=False).goals
        show_definition(kpi, definitions, goals, known_language(lang), Console())


@app.command()
def explain(
    kpi: Annotated[str, typer.Argument(help="The KPI, such as bookings.")],
    node: Annotated[str, typer.Option(help="Whose number: a node of the org tree.", metavar="NODE")],
    period: Annotated[str, typer.Option(help="2026, 2026-Q2, 2026-06 or 2026-W26.", metavar="PERIOD")],
    company: CompanyFolder = COMPANY,
    lang: LanguageOption = "en",
) -> None:
    """Show where one published number comes from, down to the SQL that returns its rows."""
    from yardstick.company import load_company
    from yardstick.kpi_commands.explain import explain_number

    explain_number(
        load_company(company, needs_exports=False), kpi, node, period, known_language(lang), Console()
    )


@app.command()
def new(
    kpi: Annotated[str, typer.Argument(help="Its id, such as deals_lost.", metavar="KPI_ID")],
    goal: Annotated[
        str | None, typer.Option(help="The goal that it serves; default: the first one.", metavar="GOAL")
    ] = None,
    title_en: Annotated[str | None, typer.Option(help="Its title in English.", metavar="TEXT")] = None,
    title_ru: Annotated[str | None, typer.Option(help="Its title in Russian.", metavar="TEXT")] = None,
    expression: Annotated[
        str | None,
        typer.Option(
            help="For a KPI computed from others, such as 'bookings.actual / deals_won.actual'.",
            metavar="FORMULA",
        ),
    ] = None,
    company: CompanyFolder = COMPANY,
) -> None:
    """Write a new KPI from a template, and hang it on a goal."""
    from yardstick.kpi_commands.new import Draft, write_kpi

    for file in write_kpi(company, Draft(kpi, title_en, title_ru, expression), goal):
        Console().print(f"Wrote {file}", markup=False, highlight=False, soft_wrap=True)
