"""The command line: `yardstick check | refresh | status | audit | sql | kpi | targets | source | …`."""

import traceback
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from yardstick import paths
from yardstick.dashboard_commands.app import app as dashboards_app
from yardstick.errors import ConfigurationError, YardstickError
from yardstick.kpi_commands.app import app as kpi_app
from yardstick.options import COMPANY, CompanyFolder, LanguageOption, known_day, known_format, known_language
from yardstick.source_commands.app import app as source_app
from yardstick.target_commands.app import app as targets_app

# What a command needs is imported inside it: dbt, Airflow and Great Expectations take seconds to import.

app = typer.Typer(
    help="A sales-KPI warehouse that proves, every night, that each KPI deserves to be believed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(kpi_app, name="kpi")
app.add_typer(targets_app, name="targets")
app.add_typer(source_app, name="source")
app.add_typer(dashboards_app, name="dashboards")


def main() -> None:
    """Run the command line; errors that a person can act on end it without a traceback."""
    try:
        app()
    except ConfigurationError as error:
        complain(str(error))
        count = len(error.problems)
        complain(f"{count} problem{'s' if count > 1 else ''} found; nothing was started.")
        raise SystemExit(error.exit_code) from None
    except YardstickError as error:
        complain(str(error))
        raise SystemExit(error.exit_code) from None
    except Exception as error:
        complain(f"Unexpected {type(error).__name__}: {error}")
        complain(
            f"This is a defect of Yardstick. The whole of it stands in {_keep_traceback()}; please report it."
        )
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        complain("Interrupted. The last published night is unchanged; run the command again.")
        raise SystemExit(130) from None


def _keep_traceback() -> Path:
    file = paths.home() / "last-defect.log"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(traceback.format_exc(), encoding="utf-8")
    return file


def complain(message: str) -> None:
    """Say something on stderr, as it is: paths and values may hold anything."""
    Console(stderr=True, soft_wrap=True).print(message, markup=False, highlight=False)


@app.command()
def check(company: CompanyFolder = COMPANY) -> None:
    """Check all that the company edits, KPI definitions, the conditions' thresholds, and dashboards."""
    from yardstick.audit.thresholds import load_thresholds
    from yardstick.company import check_company
    from yardstick.dashboards import load_dashboards
    from yardstick.definitions.files import load_definitions
    from yardstick.plan_rates import check_plan_rates

    found = check_company(company)
    definitions = load_definitions()
    load_thresholds()
    load_dashboards()
    check_plan_rates(found, found.default_as_of())
    sources = ", ".join(source.name for source in found.settings.sources)
    Console().print(
        f"{found.settings.name}: all is well. Goals: {len(found.goals)}, targets: {len(found.targets)}, "
        f"KPIs: {len(definitions)}, sources: {sources}.",
        highlight=False,
    )


@app.command()
def refresh(
    company: CompanyFolder = COMPANY,
    as_of: Annotated[
        str | None,
        typer.Option(
            help="Business date of the night; default: as_of in company.yml, or yesterday.",
            metavar="DATE",
        ),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Read every source from the start and rebuild all models.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Publish even if a later night is published already.")
    ] = False,
    accept: Annotated[
        list[str] | None,
        typer.Option(help="Show the night though this check fails; may be repeated.", metavar="CHECK"),
    ] = None,
    note: Annotated[
        str | None, typer.Option(help="Why the failing check is accepted.", metavar="TEXT")
    ] = None,
) -> None:
    """Run the nightly refresh: land, build, judge, publish."""
    from yardstick.refresh_run import run_refresh

    run_refresh(company, {"as_of": as_of, "full": full, "force": force, "accept": accept or [], "note": note})


@app.command()
def status(
    company: CompanyFolder = COMPANY,
    models: Annotated[bool, typer.Option("--models", help="List all that dbt did in the last run.")] = False,
) -> None:
    """Show the published night, the last run, where its time went, and what is withheld."""
    from yardstick.company import load_company
    from yardstick.status import show_status

    show_status(load_company(company, needs_exports=False), Console(), all_models=models)


@app.command()
def audit(
    company: CompanyFolder = COMPANY,
    kpi: Annotated[str | None, typer.Option(help="One KPI; all if left out.", metavar="KPI")] = None,
    node: Annotated[
        str | None, typer.Option(help="A node of the org tree; the company if left out.", metavar="NODE")
    ] = None,
    output: Annotated[str, typer.Option("--format", help="table, csv or html.", metavar="FORMAT")] = "table",
    lang: LanguageOption = "en",
) -> None:
    """Show which of the five conditions each KPI meets, and why; html is a report to print."""
    from yardstick.audit_report.conditions import read_audit
    from yardstick.audit_report.write import FORMATS
    from yardstick.company import load_company

    write, language = FORMATS[known_format(output, FORMATS)], known_language(lang)
    write(read_audit(load_company(company, needs_exports=False), kpi, node, language), language)


@app.command()
def digest(
    company: CompanyFolder = COMPANY,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write the messages into files, and send none.")
    ] = False,
    to: Annotated[
        Path | None,
        typer.Option(help="Folder for those files; default: one that the command names.", metavar="DIR"),
    ] = None,
) -> None:
    """Send each recipient where they stand, unless a night's own task has; none gets a message twice."""
    from yardstick.company import load_company
    from yardstick.digest.command import send_or_write

    send_or_write(load_company(company, needs_exports=False), Console(), is_dry=dry_run, folder=to)


@app.command()
def sql(
    statement: Annotated[str, typer.Argument(help="One SELECT on the tables of schema kpi.")],
    company: CompanyFolder = COMPANY,
    output: Annotated[str, typer.Option("--format", help="table, csv or json.", metavar="FORMAT")] = "table",
) -> None:
    """Run one SELECT as the reader that Metabase is: read-only, schema kpi, with a time-out."""
    from yardstick.company import load_company
    from yardstick.query import FORMATS, run_query

    write = FORMATS[known_format(output, FORMATS)]
    run_query(load_company(company, needs_exports=False), statement, write)


@app.command()
def demo(
    company: CompanyFolder = COMPANY,
    seed: Annotated[int | None, typer.Option(help="Another seed makes another history.")] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            help="Write the exports as they were at the end of that day; default: the demo's last.",
            metavar="DATE",
        ),
    ] = None,
    scale: Annotated[
        float | None,
        typer.Option(
            help="N times 10,000 deals, 30,000 leads and 100,000 activities, by √(1000 N) people. "
            "A folder without company.yml is given a company of that size; of scale 1 the shipped one.",
            min=0.05,
            max=100,
            metavar="N",
        ),
    ] = None,
) -> None:
    """Simulate the CRMs of the demo company into CSV files, with the defects planted in them beside them."""
    from yardstick.demo import AS_OF, SEED, furnish, write_demo

    chosen = SEED if seed is None else seed
    console = Console(soft_wrap=True)
    if scale is not None and furnish(company, chosen, scale):
        console.print(f"Wrote the files of a company into {company}.", highlight=False)
    written = write_demo(company, chosen, AS_OF if as_of is None else known_day("--as-of", as_of), scale or 1)
    rows = sum(file.rows or 0 for file in written.files)
    verb = "Wrote" if written.is_new else "Already there:"
    console.print(
        f"{verb} {written.folder} (seed {written.seed}, as of {written.as_of}, {len(written.files)} files, "
        f"{rows:,} rows).",
        highlight=False,
    )


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
)
def dbt(context: typer.Context, company: CompanyFolder = COMPANY) -> None:
    """Run dbt on the company's warehouse, as the refresh does: `yardstick dbt docs generate --static`."""
    from yardstick.company import load_company
    from yardstick.transform import run_dbt

    if context.args in ([], ["--help"]):  # dbt itself explains `yardstick dbt build --help`
        typer.echo(context.get_help(), nl=False)
        return
    if not run_dbt(load_company(company, needs_exports=False), context.args, quiet=False).success:
        raise typer.Exit(1)


@app.command()
def stop() -> None:
    """Stop the embedded PostgreSQL; the next command starts it again."""
    from yardstick.server.embedded import stop_server

    Console().print("Stopped." if stop_server() else "It was not running.")
