"""Exact arithmetic: rounding, percentiles, and sharing out without losing a cent."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


def rounded(value: Decimal | Fraction | int, decimals: int) -> Decimal:
    """Half of the last decimal is rounded away from zero."""
    if isinstance(value, Decimal):
        return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    scaled = abs(Fraction(value)) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole if value >= 0 else -whole).scaleb(-decimals)


def to_the_cent(amount: Decimal | Fraction) -> Decimal:
    return rounded(amount, 2)


def share_out(amount: Decimal, shares: Sequence[tuple[str, Fraction]]) -> list[Decimal]:
    """An amount in cents, divided by shares that sum to 1 and bear names, so that the parts sum to it.

    Each gets the whole cents of its part. The cents left over go to those who lost the most of one: among
    equals to the larger share, then by name. A negative amount mirrors the positive one.
    """
    cents = [abs(Fraction(amount)) * 100 * share for _, share in shares]
    whole = [int(part) for part in cents]
    left = int(sum(cents)) - sum(whole)
    by_loss = sorted(
        range(len(shares)), key=lambda at: (whole[at] - cents[at], -shares[at][1], shares[at][0])
    )
    for at in by_loss[:left]:
        whole[at] += 1
    return [Decimal(part if amount >= 0 else -part).scaleb(-2) for part in whole]


def percentile(ordered: Sequence[int | Decimal | Fraction], part: Fraction) -> Fraction:
    """The value below which a part of some ordered values lies, in between two of them where need be."""
    place = part * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return Fraction(ordered[below]) + (Fraction(ordered[above]) - Fraction(ordered[below])) * (place - below)
