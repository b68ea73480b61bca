"""How much happens in the demo: at scale 1 what fits the company as shipped, else what the scale says."""

from dataclasses import dataclass
from datetime import date

AS_OF = date(2026, 6, 30)


@dataclass(frozen=True)
class Volumes:
    """From when on, how many accounts, and how often things happen.

    `leads` and `prospects` are those of one seller and working day in fair times; `touches` is how often a
    lead or a deal is turned to, in parts of what is usual.
    """

    first_day: date
    accounts: int
    leads: float
    prospects: float
    touches: float


#: The company as shipped.
DEMO = Volumes(date(2022, 7, 1), accounts=1_000, leads=0.71, prospects=0.084, touches=1.0)

#: What scale 1 of a company of any other size comes to: about 10,000 deals and 100,000 activities.
LEADS, PROSPECTS, TOUCHES, ACCOUNTS = 28_300, 1_500, 0.62, 1_000
DEALS, SHIPPED_DEALS = 10_000, 11_000
SHORT_YEARS, LONG_YEARS = 2, 4


def volumes_of(scale: float, seller_days: int) -> Volumes:
    """What happens at a scale in a company whose sellers work so many days in all."""
    if scale == 1:
        return DEMO
    return Volumes(
        first_day_of(scale),
        accounts=min(max(round(ACCOUNTS * scale), 60), 6000),
        leads=LEADS * scale / seller_days,
        prospects=PROSPECTS * scale / seller_days,
        touches=TOUCHES,
    )


def first_day_of(scale: float) -> date:
    """Four years before the last day; two years in a company smaller than the demo."""
    return date(AS_OF.year - (LONG_YEARS if scale >= 1 else SHORT_YEARS), AS_OF.month + 1, 1)


def deals_a_year(scale: float) -> float:
    """About how many deals are opened in a year."""
    years = AS_OF.year - first_day_of(scale).year
    return (SHIPPED_DEALS if scale == 1 else DEALS * scale) / years
