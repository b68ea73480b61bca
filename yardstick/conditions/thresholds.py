"""What each condition's tests hold KPIs to. The numbers, and what each means, are a seed of the dbt project.

See `yardstick.audit.thresholds`, which reads it. Where the seed names no decision, they are KPIS.md's.
"""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from yardstick.reading.strict import Strict

Share = Annotated[float, Field(ge=0, le=1, description="a share from 0 to 1, such as 0.8")]
Above = Annotated[float, Field(gt=0, description="a number above 0")]
Count = Annotated[int, Field(ge=0, description="a whole number, 0 or more")]
Many = Annotated[int, Field(ge=1, description="a whole number, 1 or more")]
Exact = Annotated[Decimal, Field(ge=0, description="a number, 0 or more")]


class Span(Strict):
    """The values from the lowest to the highest."""

    lowest: Annotated[float, Field(ge=0, description="a number, 0 or more")]
    highest: Annotated[float, Field(ge=0, description="a number, 0 or more")]

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if self.lowest > self.highest:
            raise ValueError("the lowest not to be above the highest")
        return self

    def holds(self, value: float) -> bool:
        """Whether the value lies in it, its ends included."""
        return self.lowest <= value <= self.highest

    def within(self, wider: "Span", of: str) -> None:
        """Raise ValueError unless the wider span, within which a value only warns, holds this one."""
        if wider.lowest > self.lowest or wider.highest < self.highest:
            raise ValueError(f"a tolerated {of} that holds all of the {of} that passes")


class DriverParameters(Strict):
    """How drivers are tested: "Tied to a company goal", e)."""

    minimum_months: Many
    minimum_team_months: Many
    draws: Many
    confidence: Share
    false_discovery_rate: Share
    worthwhile: Share


class TieThresholds(Strict):
    """What a tie must hold to: "Tied to a company goal", a) to d); the drivers have their own."""

    most_steps: Many
    weight_tolerance: Exact
    lowest_weight: Exact
    highest_weight: Exact
    fewest_kpis: Count
    most_kpis: Many
    coverage: Span
    tolerated_coverage: Span
    difference: Exact
    difference_in_units: Exact
    drivers: DriverParameters

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        self.coverage.within(self.tolerated_coverage, "coverage")
        return self


class ControlThresholds(Strict):
    """What shows control: "Controllable"."""

    owned: Share
    owned_in_part: Share
    person: Share
    market: Share
    reliable: Share
    very_reliable: Share
    people: Many
    months: Many
    moves: Many
    confidence: Share

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if self.owned_in_part > self.owned:
            raise ValueError("owned_in_part not to be above owned")
        return self


class HandCheck(Strict):
    """What can be computed by hand, and how well it must agree: "Easy to compute"."""

    most_rows: Many
    difference: Exact


class EaseWeights(Strict):
    """Points that a measure costs for each time that it exceeds its limit by as much again."""

    source_systems: Count
    tables: Count
    steps: Count
    joins: Count
    exceptions: Count
    parameters: Count
    manual_inputs: Count


class EaseLimits(Strict):
    """What a person can still follow: "Easy to compute"; decision 0029 says how it was set."""

    source_systems: Count
    tables: Count
    steps: Count
    joins: Count
    exceptions: Count
    parameters: Count
    manual_inputs: Count
    weights: EaseWeights
    easy: Count
    fair: Count
    seconds: Above
    share_of_build: Annotated[Share, Field(gt=0)]
    fails_at_times: Above
    nights: Many
    slowest: Share
    characters: Many
    terms: Many
    hand_check: HandCheck

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if self.fair > self.easy:
            raise ValueError("fair not to be above easy")
        return self


class GamingThresholds(Strict):
    """When something looks as if a KPI is bent: "Realistic target", Gaming."""

    edge: Share
    minimum_months: Many
    limit: Above
    last_days: Many
    fewest_late_months: Annotated[Many, Field(ge=2, description="a whole number, 2 or more")]
    late_months: Many
    late: Share
    confidence: Share
    taken_back: Share


class RealismThresholds(Strict):
    """What a target must hold to, to be realistic: "Realistic target"."""

    minimum_months: Many
    least_capacity: Share
    growth: Above
    confidence: Share
    draws: Many
    wanted: Share
    chance: Span
    tolerated_chance: Span
    share: Span
    tolerated_share: Span
    share_months: Many
    fewest_share_months: Many
    fewest_people: Many
    unlike: Above
    fewest_to_compare: Many
    copied: Share
    same: Share
    ratchet: Share
    fewest_changes: Many
    misjudged: Share
    fewest_foretold: Many
    foretold_months: Many
    gaming: GamingThresholds

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        self.chance.within(self.tolerated_chance, "chance")
        self.share.within(self.tolerated_share, "share")
        return self


class Thresholds(Strict):
    """Those of each condition that is judged after the marts."""

    tied: TieThresholds
    controllable: ControlThresholds
    easy: EaseLimits
    realistic: RealismThresholds
