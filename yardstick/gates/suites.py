"""Runs suites of expectations over schema `build`, and leaves Data Docs of what they found."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from yardstick.company import Company
from yardstick.company_state import state_folder
from yardstick.server.embedded import Role
from yardstick.warehouse import sqlalchemy_url

Severity = Literal["critical", "warning", "info"]


@dataclass(frozen=True)
class Expectation:
    """One expectation, by Great Expectations' own type and arguments, and in words for Data Docs."""

    type: str
    kwargs: Mapping[str, Any]
    severity: Severity
    description: str
    meta: Mapping[str, Any]


@dataclass(frozen=True)
class Suite:
    """Expectations over the rows of a query, whose column `subject` tells one row from another."""

    name: str
    query: str
    expectations: tuple[Expectation, ...]


@dataclass(frozen=True)
class Finding:
    """What became of one expectation: met or not, and the subjects of the rows that fail it.

    An expectation may be met though some rows fail it (`mostly`), and fail without a failing row of its
    own, when it is about the table as a whole or could not be evaluated; `error` then says why.
    """

    suite: str
    expectation: Expectation
    is_met: bool
    failing_subjects: frozenset[str]
    error: str | None


def data_docs(company: Company, gate: str) -> Path:
    """First page of the Data Docs of a gate's last run."""
    return state_folder(company) / "data_docs" / gate / "index.html"


def run_suites(company: Company, gate: str, suites: Sequence[Suite], most_failing: int = 20) -> list[Finding]:
    """Run the suites as one checkpoint: a finding per expectation, in their order.

    A finding names at most `most_failing` of the rows that fail.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read once, at the import
    import great_expectations as gx  # slow to import, and few commands need it

    context = _context(data_docs(company, gate).parent)
    url = sqlalchemy_url(company, Role.OWNER).render_as_string(hide_password=False)
    warehouse = context.data_sources.add_postgres("warehouse", connection_string=url)
    definitions = []
    for suite in suites:
        asset = warehouse.add_query_asset(suite.name, query=suite.query)
        definition = gx.ValidationDefinition(
            name=suite.name,
            data=asset.add_batch_definition_whole_table("tonight"),
            suite=context.suites.add(_gx_suite(suite)),
        )
        definitions.append(context.validation_definitions.add(definition))
    checkpoint = gx.Checkpoint(
        name=gate,
        validation_definitions=definitions,
        result_format={
            "result_format": "COMPLETE",
            "unexpected_index_column_names": ["subject"],
            "partial_unexpected_count": most_failing,
        },
    )
    results = context.checkpoints.add(checkpoint).run().run_results.values()
    context.build_data_docs()  # once for all: the action for it builds the whole site per suite
    return [finding for result in results for finding in _findings(result, suites)]


def _context(docs_folder: Path) -> Any:
    """A context that keeps nothing but Data Docs, which replace those of the gate's run before."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    shutil.rmtree(docs_folder, ignore_errors=True)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    store = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(docs_folder)}
    for name in list(context.get_site_names()):
        context.delete_data_docs_site(name)
    context.add_data_docs_site(
        "data_docs",
        {
            "class_name": "SiteBuilder",
            "store_backend": store,
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            "show_how_to_buttons": False,
        },
    )
    return context


def _gx_suite(suite: Suite) -> Any:
    import great_expectations as gx
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    gx_suite = gx.ExpectationSuite(name=suite.name)
    for number, expectation in enumerate(suite.expectations):
        gx_suite.add_expectation_configuration(
            ExpectationConfiguration(
                type=expectation.type,
                kwargs=dict(expectation.kwargs),
                severity=expectation.severity,
                description=expectation.description,
                meta={**expectation.meta, "number": number},
            )
        )
    return gx_suite


def _findings(result: Any, suites: Sequence[Suite]) -> Iterator[Finding]:
    suite = next(suite for suite in suites if suite.name == result.suite_name)
    outcomes = {outcome.expectation_config.meta["number"]: outcome for outcome in result.results}
    for number, expectation in enumerate(suite.expectations):
        outcome = outcomes[number]
        failing = outcome.result.get("unexpected_index_list") or []
        error = outcome.exception_info if not outcome.success else {}
        yield Finding(
            suite=suite.name,
            expectation=expectation,
            is_met=outcome.success,
            failing_subjects=frozenset(row["subject"] for row in failing),
            error=_error(error),
        )


def _error(exception_info: Mapping[str, Any]) -> str | None:
    """The message of an evaluation that broke, from either shape that Great Expectations gives it."""
    if "raised_exception" in exception_info:
        return exception_info["exception_message"] if exception_info["raised_exception"] else None
    return next((str(info["exception_message"]) for info in exception_info.values()), None)
