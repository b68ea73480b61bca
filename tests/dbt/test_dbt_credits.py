"""Whatever a deal is worth and however many share it, the credits of its people sum to it to the cent."""

from collections.abc import Iterator
from decimal import Decimal

import psycopg
import pytest
from compiled_models import compiled_sql
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from yardstick.company import Company
from yardstick.server.embedded import Role
from yardstick.warehouse import connect

ONE, CENT, MILLIONTH = Decimal(1), Decimal("0.01"), Decimal("0.000001")
PEOPLE = "abcdefgh"

Shares = dict[str, Decimal]
Credits = dict[str, dict[str, Decimal]]

amounts = st.decimals(min_value=-(10**12), max_value=10**12, places=2)


@st.composite
def shares(draw: st.DrawFn) -> Shares:
    """Person → share, in millionths that sum to 1 or miss it by one."""
    weights = draw(st.lists(st.integers(1, 1000), min_size=1, max_size=len(PEOPLE)))
    parts = [(Decimal(weight) / sum(weights)).quantize(MILLIONTH) for weight in weights]
    parts[-1] = draw(st.sampled_from([ONE, ONE - MILLIONTH, ONE + MILLIONTH])) - sum(parts[:-1])
    assume(parts[-1] <= 1)
    return dict(zip(PEOPLE, parts, strict=False))


@pytest.fixture(scope="module")
def credit_sql(built: Company) -> str:
    """The model's SQL."""
    return compiled_sql(built, "int_deal_credits")


@pytest.fixture(scope="module")
def warehouse(built: Company) -> Iterator[psycopg.Connection]:
    """A session in which nothing stays that a test does."""
    with connect(built, Role.OWNER) as connection:
        yield connection
        connection.rollback()


def credited(
    warehouse: psycopg.Connection, credit_sql: str, deals: list[tuple[str, Decimal, Shares]]
) -> Credits:
    """Deal → person → what the person is credited with, of deals that nobody else owns."""
    with warehouse.cursor() as cursor:
        cursor.execute("truncate build.fct_deals, build.fct_deal_splits")
        cursor.executemany(
            "insert into build.fct_deals (deal_id, source, is_owner_assumed, stage_kind, currency, "
            "amount_at_plan_rate) values (%s, 'crm', false, 'won', 'EUR', %s)",
            [(deal, amount) for deal, amount, _ in deals],
        )
        cursor.executemany(
            "insert into build.fct_deal_splits (deal_split_id, source, deal_id, person_id, share, "
            "is_credited) values (%s, 'crm', %s, %s, %s, true)",
            [
                (f"{deal}{person}", deal, person, share)
                for deal, _, people in deals
                for person, share in people.items()
            ],
        )
        found: Credits = {deal: {} for deal, _, _ in deals}
        cursor.execute(f"select deal_id, person_id, amount_at_plan_rate from ({credit_sql}) as credits")
        for deal, person, amount in cursor:
            found[deal][person] = amount
        return found


@given(deals=st.lists(st.tuples(amounts, shares()), min_size=1, max_size=20))
@settings(max_examples=50, deadline=None)
def test_credits_sum_to_the_deal_and_are_a_cent_at_most_from_their_share(
    warehouse: psycopg.Connection, credit_sql: str, deals: list[tuple[Decimal, Shares]]
) -> None:
    refunds = [(f"minus {nth}", -amount, people) for nth, (amount, people) in enumerate(deals)]
    sales = [(f"plus {nth}", amount, people) for nth, (amount, people) in enumerate(deals)]

    found = credited(warehouse, credit_sql, [*sales, *reversed(refunds)])

    for nth, (amount, people) in enumerate(deals):
        credits_of = found[f"plus {nth}"]
        assert sum(credits_of.values()) == amount
        assert found[f"minus {nth}"] == {person: -credit for person, credit in credits_of.items()}
        whole = sum(people.values())
        for person, credit in credits_of.items():
            assert abs(credit - amount * people[person] / whole) < CENT
