"""Who is credited with a deal, and with what part of an amount."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ledger.exact import share_out
from yardstick.demo.ledger import Deal

#: Shares written with few decimals may miss 1 by what was cut off.
CUT_OFF = Decimal("0.0001")


@dataclass(frozen=True)
class Credit:
    """A person's share of a deal, above 0; those of a deal sum to 1."""

    person: str | None
    share: Fraction


def credits_of(deal: Deal) -> list[Credit]:
    """Those who share the deal, each once; its owner alone where no splits say so or they do not sum to 1."""
    total = sum((split.share for split in deal.splits), Decimal())
    if any(not 0 <= split.share <= 1 for split in deal.splits) or abs(total - 1) > CUT_OFF:
        return [Credit(deal.owner, Fraction(1))]
    share_of: dict[str | None, Decimal] = defaultdict(Decimal)
    for split in deal.splits:
        share_of[split.person] += split.share
    return [Credit(person, Fraction(share) / Fraction(total)) for person, share in share_of.items() if share]


def parts(amount: Decimal | None, credited: list[Credit]) -> list[Decimal | None]:
    """What each is credited with of an amount in cents."""
    if amount is None:
        return [None] * len(credited)
    return list(share_out(amount, [(credit.person or "unassigned", credit.share) for credit in credited]))
