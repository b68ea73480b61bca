"""What a target must hold to, to be realistic."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class GamingThresholds:
    """When something looks as if a KPI is bent. KPIS.md, "Gaming"; decision 0027 where it names no number."""

    #: The share of a month's working days that are its first, and its last.
    edge: float = 0.10
    #: Closed months before the one that is judged; limits of fewer say little.
    minimum_months: int = 12
    #: How far from the mean the limits lie, in mean moving ranges.
    limit: float = 2.66
    #: The last working days before a month's end in which discounts are compared with the rest, over how many
    #: closed months at least and at most, and by how much they must differ.
    last_days: int = 5
    fewest_discount_months: int = 6
    discount_months: int = 12
    more_discount: float = 0.01
    #: Of the interval of that difference.
    confidence: float = 0.90
    #: The share of a month that may be taken back after it was closed.
    taken_back: float = 0.02


@dataclass(frozen=True)
class RealismThresholds:
    """Where nothing else is said, KPIS.md, "Realistic target"; decision 0027 says what differs and why."""

    #: Months of history, at least; with fewer: not enough data.
    minimum_months: int = 12
    #: A month in which a person had less than this share of the usual capacity says nothing (0027).
    least_capacity: float = 0.25
    #: How many times of what history has is expected, as agreed.
    growth: float = 1.0
    #: Of every interval; its ends are one-sided bounds of 95 %.
    confidence: float = 0.90
    #: How often a period is drawn.
    draws: int = 2000
    #: The chance that a target should have. What fails, surely has another (0027).
    wanted: float = 0.60
    #: A person's chance: pass within, fail outside of the wider.
    chance: tuple[float, float] = (0.40, 0.80)
    tolerated_chance: tuple[float, float] = (0.35, 0.85)
    #: The share of targets that a team's people reach: pass within, fail outside of the wider.
    share: tuple[float, float] = (0.50, 0.70)
    tolerated_share: tuple[float, float] = (0.40, 0.80)
    #: Over how many closed months, at most; and from how many on a share that is merely tolerated counts.
    share_months: int = 6
    #: With fewer closed months, nothing is said of the share.
    fewest_share_months: int = 3
    #: With fewer people, nothing is said of what is expected of them together (0027).
    fewest_people: int = 3
    #: How unlike people's chances may be: standard deviation ÷ mean, beyond what chance makes.
    unlike: float = 0.25
    #: With fewer people, neither whether chances are unlike nor whether targets are copied is asked (0027).
    fewest_to_compare: int = 5
    #: The share of people whose target may be what was last achieved, and how near is the same (0027).
    copied: float = 0.50
    same: float = 0.005
    #: How much of what was achieved beyond a target may be put on the next.
    ratchet: float = 0.50
    #: With fewer targets exceeded, or fewer missed, nothing is said of that (0027).
    fewest_changes: int = 12
    #: How far foretold chances and what came may lie apart, over how many targets at least, and over how many
    #: of the last months, if these have so many: a year has all seasons, and is not long ago (0027).
    misjudged: float = 0.10
    fewest_foretold: int = 60
    foretold_months: int = 12
    gaming: GamingThresholds = field(default_factory=GamingThresholds)
