"""dbt, run in this process: one call per layer, what it did per model kept for the night."""

import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from yardstick.company import Company
from yardstick.company_state import state_folder
from yardstick.definitions.composites import composite_variables
from yardstick.definitions.files import kpi_folder, load_composites
from yardstick.errors import YardstickError
from yardstick.paths import DBT_PROJECT
from yardstick.warehouse import dbt_environment

Layer = Literal["core", "kpi", "mart"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class NodeRun:
    """What dbt did of one model, seed or test: seconds, and rows where PostgreSQL counts them."""

    node: str
    kind: str
    status: str
    seconds: float
    rows_affected: int | None
    message: str | None

    @property
    def is_failed(self) -> bool:
        """Whether dbt could not do it, or a test found something wrong."""
        return self.status in ("error", "fail", "runtime error")


def parse_project(company: Company) -> Any:
    """What dbt knows of the project, to be built from; written to the target folder as manifest.json, too."""
    return run_dbt(company, ["parse"]).result


def build_layer(company: Company, layer: Layer, project: Any, *, is_full: bool = False) -> list[NodeRun]:
    """Build and test the models of one layer into schema `build`; what dbt did, failures too, in order."""
    arguments = ["--no-write-json", "build", "--selector", f"{layer}_layer"]
    outcome = run_dbt(company, [*arguments, *(["--full-refresh"] if is_full else [])], project=project)
    runs = list(_node_runs(outcome.result))
    for run in runs:
        logger.info("%s %s %s in %.2f s%s", run.status, run.kind, run.node, run.seconds, _rows(run))
    return runs


def refuse_failures(runs: Iterable[NodeRun]) -> None:
    """Raise YardstickError naming every model and test that failed, unless none did."""
    failed = [f"dbt {run.kind} {run.node}: {run.message}" for run in runs if run.is_failed]
    if failed:
        raise YardstickError("\n".join(failed))


def run_dbt(
    company: Company, arguments: Iterable[str], *, quiet: bool = True, project: Any | None = None
) -> Any:
    """Run dbt on the company's warehouse; what dbtRunner says of it: whether all went well, and the result.

    A project that has been parsed is not parsed again.

    Raises YardstickError when dbt could not even begin, for example because a model does not compile.
    """
    from dbt.cli.main import dbtRunner  # slow to import, and few commands need it

    folder = state_folder(company) / "dbt"
    invocation = [
        *(["--quiet", "--no-use-colors", "--log-level-file", "info"] if quiet else []),
        "--log-path",
        str(folder / "logs"),
        *arguments,
        "--project-dir",
        str(DBT_PROJECT),
        "--profiles-dir",
        str(DBT_PROJECT),
        "--target-path",
        str(folder / "target"),
        "--vars",
        json.dumps(_variables(company)),
    ]
    with _environment(dbt_environment(company)):
        outcome = dbtRunner(manifest=project).invoke(invocation)
    if outcome.exception is not None:
        raise YardstickError(f"dbt: {outcome.exception}")
    return outcome


def _variables(company: Company) -> dict[str, Any]:
    return {
        "source_kinds": sorted({source.kind for source in company.settings.sources}),
        "kpi_models": kpi_models(),
        "composites": composite_variables(load_composites()),
    }


def kpi_models() -> list[str]:
    """Names of the KPI models, in alphabetical order."""
    return sorted(file.stem for file in kpi_folder().glob("kpi_*.sql"))


def _node_runs(result: Any) -> Iterator[NodeRun]:
    for run in result:
        yield NodeRun(
            node=run.node.name,
            kind=str(run.node.resource_type),
            status=str(run.status),
            seconds=run.execution_time,
            rows_affected=(run.adapter_response or {}).get("rows_affected"),
            message=run.message,
        )


def _rows(run: NodeRun) -> str:
    return "" if run.rows_affected is None or run.rows_affected < 0 else f", {run.rows_affected} rows"


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
