"""Where the target of a number comes from: given, phased from a longer period, handed down from above."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from yardstick.company import Company, Period, period_of
from yardstick.company.periods import period_name
from yardstick.kpi_commands.published import GivenTarget, Published, PublishedNumber

#: Policy → by what children share their parent's target.
_POLICIES = {"capacity": "capacity", "equal": "people", "history_share": "history"}


def target_lines(
    number: PublishedNumber, period: Period, company: Company, published: Published, as_of: date
) -> Iterator[tuple[str, str]]:
    """Label and text of the target, of what it comes from, and of how much of it is due and reached."""
    if number.target is None:
        yield "Target", "none"
    else:
        how = f"derived, version {number.target_version}" if number.is_target_derived else "given"
        yield "Target", f"{exact(number.target)}, {how}"
        yield from _derivation_lines(number, period, company, published, as_of)
        for label, level in (("Threshold", number.threshold), ("Stretch", number.stretch)):
            if level is not None:
                yield label, exact(level)
        yield "Plan to date", exact(number.plan_to_date)
    yield "Attainment", "–" if number.attainment is None else f"{number.attainment:.1%}"
    if number.needed_per_day is not None:
        yield "Needed", f"{number.needed_per_day:,.2f} per day of capacity that is left"
    yield "Status", number.status


def _derivation_lines(
    number: PublishedNumber, period: Period, company: Company, published: Published, as_of: date
) -> Iterator[tuple[str, str]]:
    nodes = published.nodes_above(number.node_id, min(period.end, as_of))
    given = _near(published.given_targets(number.kpi_id, nodes), number, period, company)
    for target in given:
        yield "  given for", _told(target, number, company)
    if not number.is_target_derived:
        return
    if len(nodes) > 1 and all(target.node_id != number.node_id for target in given):
        yield "  from above", _handed_down(number, nodes[1], period, company, published)
    if number.adds_up_over_time and all(_span(target, company) != period for target in given):
        yield "  phased", "by capacity and season"


def _near(
    targets: Sequence[GivenTarget], number: PublishedNumber, period: Period, company: Company
) -> list[GivenTarget]:
    """Those that the number's target comes from: for just its node and period, or for periods that overlap.

    Of a node above one that has a target for all of the period nothing is handed down to it.
    """
    if not number.is_target_derived:
        return [
            target
            for target in targets
            if target.node_id == number.node_id and _span(target, company) == period
        ]
    near: list[GivenTarget] = []
    is_covered = False
    for target in targets:
        if is_covered and target.node_id != near[-1].node_id:
            break
        span = _span(target, company)
        if span.start <= period.end and span.end >= period.start:
            near.append(target)
            is_covered |= span.start <= period.start and span.end >= period.end
    return near


def _span(target: GivenTarget, company: Company) -> Period:
    return period_of(target.period_start, target.period_kind, company.settings.fiscal_year_start)


def _told(target: GivenTarget, number: PublishedNumber, company: Company) -> str:
    currency = f" {company.settings.currency}" if number.unit == "money" else ""
    period = period_name(_span(target, company), company.settings.fiscal_year_start)
    decision = [f"version {target.version}", f"decided on {target.decided_on}"]
    if target.decided_by is None:
        decision.append(f"held by {target.source}")
    else:
        decision[-1] += f" by {target.decided_by}"
    note = f": {target.note}" if target.note else ""
    return f"{target.node_id} {period} {exact(target.value)}{currency} ({', '.join(decision)}{note})"


def _handed_down(
    number: PublishedNumber, parent: str, period: Period, company: Company, published: Published
) -> str:
    if not number.adds_up:
        return f"the same as of {parent}"
    whole = published.target_of(number.kpi_id, parent, period)
    policy = _POLICIES[company.settings.plan.policy_of(number.kpi_id)]
    if not whole or number.target is None:
        return f"{parent}, by {policy}"
    return f"{number.target / whole:.1%} of {exact(whole)} of {parent}, by {policy}"


def exact(value: Decimal | None) -> str:
    """The value with all its decimals, so that it can be redone by hand."""
    if value is None:
        return "–"
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
