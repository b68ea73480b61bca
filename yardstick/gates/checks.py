"""The gates that hold a night: the expectations of a YAML file, and what each says to a person."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from ruamel.yaml import YAML

from yardstick.company import Company
from yardstick.gates.suites import Expectation, Finding, Severity, Suite, run_suites
from yardstick.paths import EXPECTATIONS
from yardstick.reading.strict import Bilingual

Gate = Literal["landed", "published"]


@dataclass(frozen=True)
class Check:
    """What a gate found of one subject: a source's entity, a deal, a KPI's period, or all of a table."""

    gate: str
    check_id: str
    subject: str
    severity: Severity
    is_passed: bool
    message: Bilingual
    fix_hint: Bilingual

    @property
    def holds(self) -> bool:
        """Whether the night cannot be published for this, unless a person accepts it."""
        return self.severity == "critical" and not self.is_passed


def run_gate(company: Company, gate: Gate) -> list[Check]:
    """Every check of `expectations/<gate>.yml`, over what dbt has built tonight."""
    findings = run_suites(company, gate, list(_suites(EXPECTATIONS / f"{gate}.yml")))
    checks: dict[tuple[str, str], Check] = {}
    for check in (check for finding in findings for check in _checks(gate, finding)):
        # One check may rest on several expectations; it passes when all of them are met.
        key = (check.check_id, check.subject)
        if key not in checks or checks[key].is_passed:
            checks[key] = check
    return list(checks.values())


def known_checks() -> set[str]:
    """Ids of the checks that a person may accept."""
    gates: tuple[Gate, ...] = get_args(Gate)
    return {
        expectation.meta["check"]
        for gate in gates
        for suite in _suites(EXPECTATIONS / f"{gate}.yml")
        for expectation in suite.expectations
    }


def _suites(file: Path) -> Iterator[Suite]:
    for suite in YAML(typ="safe").load(file)["suites"]:
        subject = ", ".join(f'"{column}"' for column in suite["subject"])
        yield Suite(
            name=suite["name"],
            query=f"select *, concat_ws(' ', {subject}) as subject from build.{suite['table']}",  # noqa: S608
            expectations=tuple(_expectation(entry) for entry in suite["expectations"]),
        )


def _expectation(entry: dict[str, Any]) -> Expectation:
    meta = {key: entry[key] for key in ("check", "message", "fix_hint")}
    description = f"{entry['check']}. If this fails: {entry['message']['en']} {entry['fix_hint']['en']}"
    return Expectation(entry["type"], entry["kwargs"], entry["severity"], description, meta)


def _checks(gate: str, finding: Finding) -> Iterator[Check]:
    meta = finding.expectation.meta
    unfinished = "" if finding.error is None else f" ({finding.error})"
    subjects = [""] if finding.is_met else sorted(finding.failing_subjects) or [""]
    for subject in subjects:
        yield Check(
            gate=gate,
            check_id=meta["check"],
            subject=subject,
            severity=finding.expectation.severity,
            is_passed=finding.is_met,
            message=Bilingual(**{key: text + unfinished for key, text in meta["message"].items()}),
            fix_hint=Bilingual(**meta["fix_hint"]),
        )
