"""Findings in words: the reasons and ways to mend of expectations/<condition>.yml, filled in."""

from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML

from yardstick.conditions.finding import Finding
from yardstick.conditions.numbers import percent, readable
from yardstick.paths import EXPECTATIONS
from yardstick.reading.strict import Bilingual
from yardstick.verdict_rows import Condition, VerdictRow


class Texts:
    """What the findings of a condition say to people."""

    def __init__(self, condition: Condition) -> None:
        self._condition: Condition = condition
        self._texts: Mapping[str, Any] = YAML(typ="safe").load(EXPECTATIONS / f"{condition}.yml")

    def row(self, kpi_id: str, node_kind: str, node_id: str, finding: Finding) -> VerdictRow:
        """The finding as a verdict. Only what warns or fails is to be mended."""
        values = {**_numbers(finding), **finding.values}
        needs_mending = finding.verdict in ("warn", "fail")
        mend = self._texts["mend"].get(finding.dimension) if needs_mending else None
        return VerdictRow(
            kpi_id=kpi_id,
            node_kind=node_kind,
            node_id=node_id,
            condition=self._condition,
            dimension=finding.dimension,
            estimate=finding.estimate,
            lower=finding.lower,
            upper=finding.upper,
            n=finding.n,
            threshold=finding.threshold,
            test_version=self._texts["test_version"],
            is_decisive=finding.dimension in self._texts["decides"],
            verdict=finding.verdict,
            reason=Bilingual(**self._texts["reasons"][finding.reason]).filled(values),
            mend=Bilingual(**mend).filled(values) if mend else None,
        )


def _numbers(finding: Finding) -> dict[str, object]:
    """The finding's own numbers, as a text may name them: estimate, or estimate_percent for a share."""
    own = {name: getattr(finding, name) for name in ("estimate", "lower", "upper", "threshold")}
    shares = {f"{name}_percent": percent(value) for name, value in own.items() if value is not None}
    return {"n": finding.n, **{name: readable(value) for name, value in own.items()}, **shares}
