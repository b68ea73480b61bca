"""What the demo company sells, at which price, and where its leads come from."""

from dataclasses import dataclass

import numpy as np

from yardstick.demo.chance import Whole


@dataclass(frozen=True)
class Product:
    """A product of the price list, in EUR; `cost` is what it costs the company, in percent of that.

    `weight` says how often it is asked for, `ease` how often it is won.
    """

    code: str
    name: str
    family: str
    list_price: int
    cost: int
    weight: int
    ease: float


PRODUCTS = (
    Product("NX-100", "NX-100 Handheld Spectrometer", "Spectroscopy", 4_900, 52, 16, 1.10),
    Product("NX-200", "NX-200 Benchtop Spectrometer", "Spectroscopy", 15_500, 48, 14, 1.00),
    Product("NX-400", "NX-400 Process Spectrometer", "Spectroscopy", 36_000, 45, 9, 0.85),
    Product("AX-10", "AX-10 Precision Balance", "Weighing", 2_900, 58, 15, 1.15),
    Product("AX-50", "AX-50 Analytical Balance", "Weighing", 7_800, 55, 13, 1.05),
    Product("TX-20", "TX-20 Climate Logger Set", "Climate", 1_600, 60, 11, 1.15),
    Product("TX-80", "TX-80 Climate Chamber", "Climate", 24_500, 54, 8, 0.95),
    Product("QX-5", "QX-5 Particle Counter", "Clean Room", 11_400, 50, 9, 1.00),
    Product("QX-9", "QX-9 Clean-Room Monitor", "Clean Room", 49_000, 44, 5, 0.80),
)
#: What is sold beside a product, seldom alone.
EXTRAS = (
    Product("SV-1", "Calibration", "Service", 600, 35, 5, 1.0),
    Product("SV-2", "Maintenance Contract", "Service", 1_900, 40, 3, 1.0),
    Product("AC-3", "Sensor Kit", "Accessories", 400, 62, 4, 1.0),
)
PRICE_LIST = (*PRODUCTS, *EXTRAS)

#: What a currency's price list asks for one EUR of the company's, in hundredths.
CURRENCIES, PRICES_IN_HUNDREDTHS = ("EUR", "CHF", "USD"), (100, 98, 112)
EUR, CHF, USD = 0, 1, 2


def list_cents(product: Whole, currency: Whole) -> Whole:
    """List prices in cents of their currency, in whole units, so that a percentage of one is whole."""
    prices = np.array([product.list_price for product in PRICE_LIST])
    cents: Whole = prices[product] * np.array(PRICES_IN_HUNDREDTHS)[currency]
    return cents


@dataclass(frozen=True)
class Origin:
    """Where leads come from: how often, and how readily they become deals."""

    name: str
    weight: int
    readiness: float


ORIGINS = (
    Origin("Website", 40, 0.90),
    Origin("Campaign", 22, 0.75),
    Origin("Trade fair", 16, 1.05),
    Origin("Partner", 12, 1.30),
    Origin("Referral", 10, 1.65),
)
