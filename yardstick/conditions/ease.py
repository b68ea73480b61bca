"""Is each KPI easy to compute? What it is made of, how long that takes, and whether its card explains it."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

import numpy as np
import pandas as pd

from yardstick.conditions.finding import Finding, Verdict
from yardstick.conditions.lineage import Lineage, Work, joined
from yardstick.conditions.numbers import percent
from yardstick.conditions.thresholds import EaseLimits
from yardstick.definitions.cards import Composite, Counted, Definition
from yardstick.definitions.files import counted_inputs, inputs_of

#: The model that runs every KPI's view.
_RUNS_ALL_VIEWS = "kpi_rows"
#: How many of a KPI's tables or models a reason names.
_NAMED = 6
_BETWEEN_TERMS = re.compile(r"[÷×+−*/=():;,|Σ]|(?<=\s)-(?=\s)")
_NUMBER = re.compile(r"[\d.,\s%]*")


def judge_ease(
    definitions: Mapping[str, Definition],
    lineages: Mapping[str, Lineage],
    works: Mapping[str, Work | None],
    sources: Mapping[str, Collection[str]],
    runs: pd.DataFrame,
    rows: Mapping[str, int],
    limits: EaseLimits,
) -> dict[str, list[Finding]]:
    """What is found of every KPI, by KPI id; a composite is made of all that its inputs are made of.

    `lineages` per KPI that counts rows; `works` per model of theirs; `sources`: the company's sources that
    give each entity; `runs`: night (in the order of time), model, seconds, of every model that dbt built;
    `rows` per KPI that counts rows: how many of kpi_rows are its own, by which it shares that model's time.
    """
    made = {kpi_id: _made_of(kpi_id, definitions, lineages) for kpi_id in definitions}
    seconds = _Seconds(runs, rows, limits.nights)
    return {
        kpi_id: [
            *_made(kpi_id, definitions, made[kpi_id], works, sources, limits),
            _run_time(seconds.of(made[kpi_id].models, counted_inputs(kpi_id, definitions)), limits),
            _formula(definition, limits),
            _card(definition),
        ]
        for kpi_id, definition in definitions.items()
    }


def terms_of(formula: str) -> list[str]:
    """What a formula names, each once: what stands between its operators and is no number."""
    terms = (" ".join(term.casefold().split()) for term in _BETWEEN_TERMS.split(formula))
    return list(dict.fromkeys(term for term in terms if not _NUMBER.fullmatch(term)))


def _made_of(kpi_id: str, definitions: Mapping[str, Definition], lineages: Mapping[str, Lineage]) -> Lineage:
    definition = definitions[kpi_id]
    if not isinstance(definition, Composite):
        return lineages[kpi_id]
    return joined((_made_of(name, definitions, lineages) for name in definition.input_kpis), kpi_id)


def _made(
    kpi_id: str,
    definitions: Mapping[str, Definition],
    lineage: Lineage,
    works: Mapping[str, Work | None],
    sources: Mapping[str, Collection[str]],
    limits: EaseLimits,
) -> Iterator[Finding]:
    """The score, and each measure that it is made of: a measure alone is a warning at most."""
    entities = {name.split(".")[0] for name in inputs_of(kpi_id, definitions)}
    systems = {source for entity in entities for source in sources.get(entity, ())}
    cards = (definitions[name] for name in counted_inputs(kpi_id, definitions))
    parameters = [name for card in cards if isinstance(card, Counted) for name in card.parameters]
    known = {model: work for model in lineage.models if (work := works.get(model)) is not None}
    joins = {model: work.joins for model, work in known.items()}
    exceptions = {model: work.exceptions for model, work in known.items()}
    unread = sorted(lineage.models - known.keys())
    measures = {
        "source_systems": (len(systems), sorted(systems)),
        "tables": (len(lineage.tables), sorted(lineage.tables)),
        "steps": (len(lineage.path), lineage.path),
        "joins": (sum(joins.values()), _largest(joins)),
        "exceptions": (sum(exceptions.values()), _largest(exceptions)),
        "parameters": (len(parameters), sorted(parameters)),
        "manual_inputs": (len(lineage.by_hand), sorted(lineage.by_hand)),
    }
    counts = {name: count for name, (count, _) in measures.items()}
    yield _unread("score", unread) if unread else _score(counts, limits)
    for name, (count, of_what) in measures.items():
        is_unread = unread and name in ("joins", "exceptions")
        yield _unread(name, unread) if is_unread else _measure(name, count, of_what, limits)


def _largest(counts: Mapping[str, int]) -> list[str]:
    """The models with most, each with how many it has."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [f"{model} ({count})" for model, count in ordered if count]


def _score(counts: Mapping[str, int], limits: EaseLimits) -> Finding:
    cost = sum(
        getattr(limits.weights, name) * _excess(count, getattr(limits, name))
        for name, count in counts.items()
    )
    points = max(0.0, round(100 - cost, 6))
    verdict: Verdict = "pass" if points >= limits.easy else "warn" if points >= limits.fair else "fail"
    return Finding(
        dimension="score",
        verdict=verdict,
        reason={"pass": "score_easy", "warn": "score_fair"}.get(verdict, "score_hard"),
        n=len(counts),
        estimate=points,
        threshold=limits.easy,
        values={"points": f"{points:.0f}", **counts},
    )


def _excess(count: int, limit: int) -> float:
    """By how much of the limit the count lies above it; where nothing is allowed, the count."""
    return max(0.0, count / limit - 1) if limit else float(count)


def _measure(name: str, count: int, of_what: Iterable[str], limits: EaseLimits) -> Finding:
    named = list(of_what)
    more = "" if len(named) <= _NAMED else ", …"
    limit = getattr(limits, name)
    return Finding(
        dimension=name,
        verdict="pass" if count <= limit else "warn",
        reason=name if count else "nothing",
        n=count,
        estimate=count,
        threshold=limit,
        values={"limit": limit, "names": ", ".join(named[:_NAMED]) + more},
    )


def _unread(dimension: str, models: list[str]) -> Finding:
    return Finding(
        dimension=dimension,
        verdict="not enough data",
        reason="unread",
        n=0,
        values={"names": ", ".join(models[:_NAMED])},
    )


class _Seconds:
    """What the models took in the last nights; a KPI's view runs within the model that unites them all."""

    def __init__(self, runs: pd.DataFrame, rows: Mapping[str, int], nights: int) -> None:
        table = runs.pivot_table(index="night", columns="model", values="seconds", aggfunc="sum")
        self._table = table.sort_index().tail(nights).fillna(0.0).astype(float)
        self._rows = rows
        self._all_rows = max(1, sum(rows.values()))

    def of(self, models: Collection[str], kpis: Collection[str]) -> pd.DataFrame:
        """Seconds and share of the build, a row per night."""
        own = self._table.reindex(columns=sorted(models), fill_value=0.0).sum(axis=1)
        share = sum(self._rows.get(kpi_id, 0) for kpi_id in kpis) / self._all_rows
        of_views = self._table.reindex(columns=[_RUNS_ALL_VIEWS], fill_value=0.0).sum(axis=1) * share
        whole = self._table.sum(axis=1)
        seconds = own + of_views
        return pd.DataFrame({"seconds": seconds, "share": seconds / whole.where(whole > 0, 1.0)})


def _run_time(nights: pd.DataFrame, limits: EaseLimits) -> Finding:
    if len(nights) < limits.nights:
        # How many there are is not told: the night's verdicts would differ each time that it is run again.
        return Finding(
            dimension="run_time",
            verdict="not enough data",
            reason="run_time_unknown",
            n=0,
            values={"needed": limits.nights},
        )
    seconds, share = (float(np.quantile(nights[of], 1 - limits.slowest)) for of in ("seconds", "share"))
    times = max(seconds / limits.seconds, share / limits.share_of_build)
    return Finding(
        dimension="run_time",
        verdict="pass" if times <= 1 else "warn" if times < limits.fails_at_times else "fail",
        reason="run_time",
        n=len(nights),
        estimate=seconds,
        threshold=limits.seconds,
        values={"seconds": f"{seconds:.1f}", "share": percent(share)},
    )


def _formula(definition: Definition, limits: EaseLimits) -> Finding:
    terms = terms_of(definition.formula)
    is_short = len(definition.formula) <= limits.characters and len(terms) <= limits.terms
    return Finding(
        dimension="formula",
        verdict="pass" if is_short else "warn",
        reason="formula_short" if is_short else "formula_long",
        n=len(terms),
        estimate=len(terms),
        threshold=limits.terms,
        values={
            "formula": definition.formula,
            "characters": len(definition.formula),
            "most_characters": limits.characters,
            "most_terms": limits.terms,
        },
    )


def _card(definition: Definition) -> Finding:
    """What a card must have was there when it was read; only the counter-KPI may be left out."""
    is_complete = definition.counter_kpi is not None
    return Finding(
        dimension="card",
        verdict="pass" if is_complete else "warn",
        reason="card_complete" if is_complete else "card_without_counter",
        n=1,
    )
