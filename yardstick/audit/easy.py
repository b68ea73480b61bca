"""Is each KPI easy to compute? What dbt knows of its models: the manifest, the SQL, how long it took."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, LiteralString

from yardstick.audit.by_hand import check_all_by_hand
from yardstick.audit.night import AuditedNight, Findings
from yardstick.company_state import state_folder
from yardstick.conditions.ease import judge_ease
from yardstick.conditions.lineage import Work, lineages, work_of
from yardstick.publishing.publish import read_manifest

_RUNS: LiteralString = """
    select to_char(refreshes.run_at, 'YYYY-MM-DD HH24:MI:SS.US') as night, node as model, seconds
    from ops.model_runs
    join ops.refreshes using (run_id)
    where kind = 'model'
"""
_ROWS: LiteralString = "select kpi_id, count(*) from build.kpi_rows group by kpi_id"


def judge_computation(night: AuditedNight) -> Findings:
    """What is found of how each KPI is computed."""
    manifest = read_manifest(night.company)
    of_kpis = lineages(manifest)
    models = {model for lineage in of_kpis.values() for model in lineage.models}
    found = judge_ease(
        definitions=night.definitions,
        lineages=of_kpis,
        works=_works(night, manifest, models),
        sources=_sources(night),
        runs=night.frame(_RUNS),
        rows=dict(night.connection.execute(_ROWS).fetchall()),
        limits=night.thresholds.easy,
    )
    by_hand = check_all_by_hand(night)
    for kpi_id in night.given_kpis:
        for finding in (*found[kpi_id], by_hand[kpi_id]):
            yield kpi_id, None, finding


def _works(night: AuditedNight, manifest: Mapping[str, Any], models: set[str]) -> dict[str, Work | None]:
    """The work of each model, from the SQL that dbt compiled last."""
    compiled = state_folder(night.company) / "dbt" / "target" / "compiled"
    return {
        node["name"]: work_of(
            (compiled / node["package_name"] / node["original_file_path"]).read_text("utf-8")
        )
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["name"] in models
    }


def _sources(night: AuditedNight) -> dict[str, set[str]]:
    """Entity → names of the sources that give it."""
    sources = defaultdict(set)
    for source in night.company.settings.sources:
        for entity in source.given_entities:
            sources[entity].add(source.name)
    return sources
