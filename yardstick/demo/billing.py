"""Invoices for won deals, and what is paid of them, on time or not."""

from dataclasses import dataclass, replace

import numpy as np

from yardstick.demo.chance import Chance, Whole
from yardstick.demo.columns import NONE, Columns, turns
from yardstick.demo.deals import Deals
from yardstick.demo.stages import CLOSING, LOSS, WON
from yardstick.demo.world import World

DAYS_TO_INVOICE, DAYS_TO_SECOND = (1, 3, 6, 10, 18), (25, 40, 60)
IN_TWO_PARTS, FIRST_PERCENT = 0.22, (30, 70)
DUE_DAYS = (14, 30, 30, 45, 60)
#: Days from the due day to the payment, and how many are never paid.
DAYS_TO_PAY, UNPAID_SHARE = (-20, -10, -6, -3, -1, 0, 1, 4, 10, 25, 70), 0.004
PARTLY_SHARE, PARTLY_PERCENT, DAYS_TO_REST = 0.09, (20, 80), (5, 14, 30, 60)
REFUND_SHARE, REFUND_PERCENT, DAYS_TO_REFUND = 0.012, (5, 25), (10, 25, 60)
#: How many payments are entered late, and by how many days.
LATE_SHARE, DAYS_LATE = 0.06, (1, 2, 4, 8)


@dataclass(frozen=True)
class Invoices(Columns):
    """An invoice for a deal or a part of it, in cents of the deal's currency; `issued` and `due` are days."""

    deal: Whole
    amount: Whole
    issued: Whole
    due: Whole


@dataclass(frozen=True)
class Payments(Columns):
    """What is paid of an invoice, or paid back; NONE: nobody knows for what. `known` is the day of entry."""

    invoice: Whole
    deal: Whole
    amount: Whole
    paid: Whole
    known: Whole


def draw_invoices(world: World, deals: Deals, amounts: Whole, chance: Chance) -> Invoices:
    """All invoices of the world, by the day of issue; none for a deal that was reversed."""
    is_billed = (deals.stage[:, CLOSING] == WON) & (deals.entered[:, LOSS] == NONE)
    is_in_two = is_billed & chance.happens(np.full(len(deals), IN_TWO_PARTS))
    deal, turn = turns(is_billed.astype(np.int64) + is_in_two)
    percent = chance.whole(*FIRST_PERCENT, len(deals))
    first = np.where(is_in_two, amounts * percent // 100, amounts)[deal]
    waits = chance.shaped(DAYS_TO_INVOICE, len(deals))[deal]
    issued = (
        deals.closed[deal] + (waits + turn * chance.shaped(DAYS_TO_SECOND, len(deal))).astype(np.int64) + 1
    )
    invoices = Invoices(
        deal=deal,
        amount=np.where(turn == 0, first, amounts[deal] - first),
        issued=issued,
        due=issued + np.array(DUE_DAYS)[chance.whole(0, len(DUE_DAYS), len(deals))[deal]],
    ).take(issued < world.days)
    return invoices.take(np.argsort(invoices.issued, kind="stable"))


def draw_payments(world: World, invoices: Invoices, chance: Chance) -> Payments:
    """All payments of the world, by day: whole, in two parts, and now and then something back."""
    number = len(invoices)
    is_paid = ~chance.happens(np.full(number, UNPAID_SHARE))
    is_partly = is_paid & chance.happens(np.full(number, PARTLY_SHARE))
    is_refunded = is_paid & chance.happens(np.full(number, REFUND_SHARE))
    percent = np.where(is_partly, chance.whole(*PARTLY_PERCENT, number), 100)
    first = invoices.amount * percent // 100
    back = invoices.amount * chance.whole(*REFUND_PERCENT, number) // 100
    paid = invoices.due + chance.shaped(DAYS_TO_PAY, number).astype(np.int64)
    paid = np.maximum(paid, invoices.issued)
    rest_paid = paid + chance.shaped(DAYS_TO_REST, number).astype(np.int64)
    refunded = rest_paid + chance.shaped(DAYS_TO_REFUND, number).astype(np.int64)
    row = np.arange(number)
    payments = Payments(invoice=row, deal=invoices.deal, amount=first, paid=paid, known=paid).take(is_paid)
    rest = Payments(row, invoices.deal, invoices.amount - first, rest_paid, rest_paid).take(is_partly)
    refunds = Payments(row, invoices.deal, -back, refunded, refunded).take(is_refunded)
    payments = payments.joined(rest).joined(refunds)
    is_late = chance.happens(np.full(len(payments), LATE_SHARE))
    late = payments.paid + chance.shaped(DAYS_LATE, len(payments)).astype(np.int64)
    payments = replace(payments, known=np.where(is_late, late, payments.paid))
    payments = payments.take((payments.known < world.days) & (payments.amount != 0))
    return payments.take(np.argsort(payments.paid, kind="stable"))
