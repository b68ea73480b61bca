"""Is each KPI in the hands of those whom it measures? Who made what it counts; how people differ in it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from yardstick.conditions.activity_response import slope_within_people
from yardstick.conditions.finding import Finding, Verdict
from yardstick.conditions.numbers import percent
from yardstick.conditions.person_months import Measured, Panel, activity_before, codes, panel
from yardstick.conditions.thresholds import ControlThresholds
from yardstick.conditions.variance_components import Components, components, reliability, seat_ratios

#: Decimals of what is told.
_DECIMALS = 6
#: Months of a score beyond which nobody waits for it to tell people apart.
_LONGEST_SCORE = 120
_YEAR = 12
#: The share of more activity by which a reason tells how much follows.
_MORE_ACTIVITY = 0.10


@dataclass(frozen=True)
class Ownership:
    """Of a KPI's rows: the sum of |contribution| of those whose actor is the measured person, and of all."""

    owned: float
    total: float
    rows: int

    @property
    def share(self) -> float | None:
        """The part that is owned; None of nothing."""
        return self.owned / self.total if self.total > 0 else None


def judge_controllability(
    kpi: Measured,
    person_months: pd.DataFrame,
    ownership: Ownership,
    activity: pd.DataFrame,
    thresholds: ControlThresholds,
) -> list[Finding]:
    """A finding per dimension: ownership, person, reliability, market, movers, response and overall.

    The frames' columns:

    - `person_months`, a row per person and closed month in which the person was there: person_id, team_id,
      region_id, month (its first day), numerator, denominator (NaN unless a ratio), value as the KPI shows
      it, capacity in working days, rows_counted
    - `activity`, a row per person and month: person_id, month, activities, how many of the person's own

    A KPI whose direction is a band has no finding on its response: more of it is neither right nor wrong.
    """
    months = panel(kpi, person_months)
    parts = _parts(months, thresholds)
    person = _person(months, parts, thresholds)
    market = _market(months, parts, thresholds)
    response = list(_response(kpi, months, activity_before(person_months, activity), thresholds))
    return [
        _ownership(ownership, thresholds),
        person,
        _reliability(months, parts, thresholds),
        market,
        _movers(months, parts, thresholds),
        *response,
        _overall(ownership, person, market, response, thresholds),
    ]


def _ownership(ownership: Ownership, thresholds: ControlThresholds) -> Finding:
    share = ownership.share
    if share is None:
        return Finding("ownership", "not enough data", "ownership_unknown", n=ownership.rows)
    verdict: Verdict
    if share >= thresholds.owned:
        verdict, reason = "pass", "ownership_own"
    elif share >= thresholds.owned_in_part:
        verdict, reason = "warn", "ownership_in_part"
    else:
        verdict, reason = "fail", "ownership_others"
    return Finding(
        dimension="ownership",
        verdict=verdict,
        reason=reason,
        n=ownership.rows,
        estimate=round(share, _DECIMALS),
        threshold=thresholds.owned,
        values={"share": percent(share), "wanted": percent(thresholds.owned)},
    )


def _parts(months: Panel, thresholds: ControlThresholds) -> Components | None:
    """What the differences are due to; None where too few people compare or nothing differs."""
    if months.people(thresholds.months) < thresholds.people:
        return None
    return components(months.table(), thresholds.confidence)


def _untold(dimension: str, months: Panel, thresholds: ControlThresholds) -> Finding:
    people = months.people(thresholds.months)
    return Finding(
        dimension=dimension,
        verdict="not enough data",
        reason="too_few" if people < thresholds.people else "no_differences",
        n=len(months.rows),
        values=_few(people, thresholds),
    )


def _few(people: int, thresholds: ControlThresholds) -> dict[str, object]:
    return {"people": people, "needed": thresholds.people, "months": thresholds.months}


def _person(months: Panel, parts: Components | None, thresholds: ControlThresholds) -> Finding:
    if parts is None:
        return _untold("person", months, thresholds)
    share = parts.person
    is_shown = share.lower >= thresholds.person
    unshown = "person_alike" if share.upper < thresholds.person else "person_unproven"
    return Finding(
        dimension="person",
        verdict="pass" if is_shown else "warn",
        reason="person_differs" if is_shown else unshown,
        n=len(months.rows),
        estimate=round(share.estimate, _DECIMALS),
        lower=round(share.lower, _DECIMALS),
        upper=round(share.upper, _DECIMALS),
        threshold=thresholds.person,
        values={
            "share": percent(share.estimate),
            "least": percent(share.lower),
            "most": percent(share.upper),
            "wanted": percent(thresholds.person),
        },
    )


def _reliability(months: Panel, parts: Components | None, thresholds: ControlThresholds) -> Finding:
    """Of a year's score; how long a score must be is told in months, of a share of cases also in cases."""
    if parts is None:
        return _untold("reliability", months, thresholds)
    lengths = np.arange(1, _LONGEST_SCORE + 1)
    of_lengths = reliability(parts.ratio, parts.tie, lengths)
    year, lower, upper = (
        float(reliability(share / (1 - share), parts.tie, np.array([_YEAR]))[0])
        for share in (parts.person.estimate, parts.person.lower, parts.person.upper)
    )
    bonus, decisions = (
        int(np.argmax(of_lengths >= wanted)) + 1 if of_lengths[-1] >= wanted else None
        for wanted in (thresholds.reliable, thresholds.very_reliable)
    )
    is_reliable = year >= thresholds.reliable
    told = "never" if bonus is None else "long" if decisions is None else "months"
    return Finding(
        dimension="reliability",
        verdict="pass" if is_reliable else "warn",
        reason=f"reliability_{told}"
        if months.cases is None or bonus is None
        else f"reliability_{told}_cases",
        n=len(months.rows),
        estimate=round(year, _DECIMALS),
        lower=round(lower, _DECIMALS),
        upper=round(upper, _DECIMALS),
        threshold=thresholds.reliable,
        values={
            "month": percent(float(of_lengths[0])),
            "year": percent(year),
            "bonus": bonus,
            "decisions": decisions,
            "cases": bonus and months.cases and int(np.ceil(bonus * months.cases)),
            "longest": _LONGEST_SCORE,
        },
    )


def _market(months: Panel, parts: Components | None, thresholds: ControlThresholds) -> Finding:
    if parts is None:
        return _untold("market", months, thresholds)
    share = parts.month
    is_driven = share.estimate > thresholds.market
    return Finding(
        dimension="market",
        verdict="warn" if is_driven else "pass",
        reason="market_drives" if is_driven else "market_little",
        n=months.months,
        estimate=round(share.estimate, _DECIMALS),
        lower=round(share.lower, _DECIMALS),
        upper=round(share.upper, _DECIMALS),
        threshold=thresholds.market,
        values={"share": percent(share.estimate), "most": percent(thresholds.market)},
    )


def _movers(months: Panel, parts: Components | None, thresholds: ControlThresholds) -> Finding:
    """Whether it follows the person or the seat, a team; it informs, and blames nobody."""
    moves = months.moves
    ratios = None
    if moves >= thresholds.moves:
        ratios = seat_ratios(months.table(), months.seats(), parts.tie if parts else 0.0)
    if ratios is None:
        values = {"needed": thresholds.moves}
        return Finding("movers", "not enough data", "movers_few", n=moves, values=values)
    both = sum(ratios)
    share = ratios[0] / both if both > 0 else None
    return Finding(
        dimension="movers",
        verdict="pass",
        reason="movers_neither" if share is None else "movers_person" if share >= 0.5 else "movers_seat",
        n=moves,
        estimate=None if share is None else round(share, _DECIMALS),
        values={"share": percent(share or 0), "rest": percent(1 - (share or 0))},
    )


def _response(
    kpi: Measured, months: Panel, before: pd.DataFrame, thresholds: ControlThresholds
) -> Iterator[Finding]:
    """In the direction of the KPI: above 0 is better after more activity."""
    if kpi.direction == "band":
        return
    rows = months.rows.merge(before, on=["person_id", "month"]).sort_values(["person_id", "month"])
    people = int((rows["person_id"].value_counts() >= thresholds.months).sum())
    slope = None
    if people >= thresholds.people:
        slope = slope_within_people(
            rows["value"].to_numpy(np.float64),
            rows["activity"].to_numpy(np.float64),
            rows["weight"].to_numpy(np.float64),
            codes(rows["person_id"]),
            rows["month"].to_numpy(np.int64),
            thresholds.confidence,
        )
    if slope is None:
        reason = "response_few" if people < thresholds.people else "response_no_differences"
        yield Finding("response", "not enough data", reason, n=len(rows), values=_few(people, thresholds))
        return
    bounds = (slope.lower, slope.upper) if kpi.direction == "up" else (-slope.upper, -slope.lower)
    lower, upper = bounds
    shown = "response_follows" if lower > 0 else "response_against" if upper < 0 else "response_unproven"
    yield Finding(
        dimension="response",
        verdict="pass" if lower > 0 else "warn",
        reason=shown,
        n=len(rows),
        estimate=round(slope.estimate if kpi.direction == "up" else -slope.estimate, _DECIMALS),
        lower=round(lower, _DECIMALS),
        upper=round(upper, _DECIMALS),
        threshold=0.0,
        values={
            "more": percent(_MORE_ACTIVITY),
            "change": percent(abs(slope.estimate) * _MORE_ACTIVITY),
        },
    )


def _overall(
    ownership: Ownership,
    person: Finding,
    market: Finding,
    response: list[Finding],
    thresholds: ControlThresholds,
) -> Finding:
    """The rule of KPIS.md; what responds to a person's work is not the market's, however alike people are."""
    share = ownership.share
    is_owned = share is not None and share >= thresholds.owned
    responds = any(finding.verdict == "pass" for finding in response)
    is_markets = market.verdict == "warn" and person.reason == "person_alike"
    verdict: Verdict
    if is_owned and person.verdict == "pass":
        verdict, reason = "pass", "overall_differs"
    elif is_owned and responds:
        verdict, reason = "pass", "overall_responds"
    elif share is not None and share < thresholds.owned_in_part:
        verdict, reason = "fail", "overall_others"
    elif is_markets:
        verdict, reason = "fail", "overall_market"
    elif share is None:
        verdict, reason = "not enough data", "overall_unowned"
    elif not is_owned:
        verdict, reason = "warn", "overall_in_part"
    elif person.verdict == "not enough data":
        verdict, reason = "not enough data", "overall_untold"
    else:
        verdict, reason = "warn", "overall_unproven"
    values = {**market.values, "owned": percent(share or 0)}
    return Finding("overall", verdict, reason, n=person.n, values=values)
