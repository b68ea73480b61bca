"""The lines of a deal: what is sold, how many, at which discount."""

from dataclasses import dataclass

import numpy as np

from yardstick.demo.catalogue import EXTRAS, PRICE_LIST, PRODUCTS, list_cents
from yardstick.demo.chance import Chance, Flags, Whole
from yardstick.demo.columns import Columns, turns
from yardstick.demo.deals import Deals

LINES = (64, 26, 10)
QUANTITY = (1, 1, 1, 2, 2, 3, 4, 6, 9)
DISCOUNT_PERCENT = (0, 0, 3, 5, 8, 10, 12, 15, 22)
#: How far the cost lies from the usual, in percent of the list price.
COST_SPREAD = 3


@dataclass(frozen=True)
class Lines(Columns):
    """A deal's first line is its product; prices are per unit, in cents of the deal's currency.

    `is_listed` is false where the list price was left blank.
    """

    deal: Whole
    product: Whole
    quantity: Whole
    list_price: Whole
    discount: Whole
    cost: Whole
    is_listed: Flags

    @property
    def unit_price(self) -> Whole:
        """List price less discount."""
        return self.list_price // 100 * (100 - self.discount)

    def amounts(self, deals: int) -> Whole:
        """What the lines of each deal come to."""
        amounts = np.zeros(deals, dtype=np.int64)
        np.add.at(amounts, self.deal, self.quantity * self.unit_price)
        return amounts


def draw_lines(deals: Deals, chance: Chance) -> Lines:
    """One to three lines of each deal."""
    deal, turn = turns(1 + chance.pick(LINES, len(deals)))
    extra = len(PRODUCTS) + chance.pick([product.weight for product in EXTRAS], len(deal))
    product = np.where(turn == 0, deals.product[deal], extra)
    list_price = list_cents(product, deals.currency[deal])
    usual_cost = np.array([product.cost for product in PRICE_LIST])[product]
    cost = list_price // 100 * (usual_cost + chance.whole(-COST_SPREAD, COST_SPREAD + 1, len(deal)))
    return Lines(
        deal=deal,
        product=product,
        quantity=chance.shaped(QUANTITY, len(deal)).astype(np.int64),
        list_price=list_price,
        discount=chance.shaped(DISCOUNT_PERCENT, len(deal)).astype(np.int64),
        cost=cost.astype(np.int64),
        is_listed=np.ones(len(deal), dtype=np.bool_),
    )
