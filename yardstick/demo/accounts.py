"""Customers and prospects of the demo company."""

from dataclasses import dataclass

import numpy as np

from yardstick.demo.catalogue import CHF, EUR, USD
from yardstick.demo.chance import Chance
from yardstick.demo.columns import ALPINE, CRM


@dataclass(frozen=True)
class Account:
    """A customer or prospect, in one CRM, served from one region, paying in one currency.

    `weight` says how often it is dealt with, `found` from when on: in parts of the time of the world.
    """

    name: str
    industry: str
    country: str
    segment: str
    region: int
    weight: int
    found: float
    system: int
    currency: int


#: Of ten accounts one is in the smaller CRM.
ALPINE_SHARE = 10
# fmt: off
_ROOTS = (
    "Aldermoor", "Brennfeld", "Corvenau", "Dornhagen", "Elmsiek", "Falkwerder", "Grauental", "Halbersund",
    "Immenroth", "Jorvenberg", "Kaltenrode", "Lindwerth", "Morgenau", "Norvik", "Ostermark", "Pellwarden",
    "Quarnbek", "Rauhenfels", "Silberkamp", "Tessmar", "Ulmenhorst", "Vennebek", "Wolfsrade", "Ziegelau",
    "Birkenmoor", "Drachenau", "Eschenrieth", "Felsenkamp", "Goldhagen", "Haselund",
)
# fmt: on
_TRADES = (
    ("Pharma", "Pharmaceuticals"),
    ("Biotech", "Life sciences"),
    ("Labor", "Laboratories"),
    ("Analytik", "Laboratories"),
    ("Chemie", "Chemicals"),
    ("Lacke", "Chemicals"),
    ("Polymer", "Chemicals"),
    ("Sensorik", "Electronics"),
    ("Halbleiter", "Electronics"),
    ("Optik", "Electronics"),
    ("Nahrung", "Food and beverage"),
    ("Molkerei", "Food and beverage"),
    ("Getränke", "Food and beverage"),
    ("Stahl", "Metals"),
    ("Guss", "Metals"),
    ("Umwelttechnik", "Environment"),
    ("Wasserwerke", "Environment"),
    ("Motoren", "Automotive"),
    ("Antriebe", "Automotive"),
    ("Klinik", "Health care"),
)
_LEGAL_FORMS = ("GmbH", "GmbH", "AG", "GmbH & Co. KG", "KG", "SE")
_PLACES = ("", " Nord", " Süd", " West", " Ost", " Mitte", " I", " II", " III", " IV")
_SEGMENTS = (("Enterprise", 1, 6), ("Mid-market", 3, 3), ("Small", 6, 1))
_COUNTRIES = (
    "Germany",
    "Germany",
    "Germany",
    "Germany",
    "Austria",
    "Switzerland",
    "Denmark",
    "Poland",
    "Czechia",
    "United States",
)
_ALPINE_COUNTRIES = ("Switzerland", "Switzerland", "Switzerland", "Switzerland", "Austria")
_CURRENCY_OF = {(CRM, "United States"): USD, (ALPINE, "Switzerland"): CHF}


def draw_accounts(chance: Chance, number: int, regions: int) -> tuple[Account, ...]:
    """Accounts with different names, spread over the regions; the last of them are the smaller CRM's."""
    plain = len(_ROOTS) * len(_TRADES)
    names = plain * -(-number // plain)
    chosen = chance.whole(0, 2**31, names).argsort(kind="stable")[:number]
    forms = chance.whole(0, len(_LEGAL_FORMS), number)
    segments = chance.pick([frequency for _, frequency, _ in _SEGMENTS], number)
    found = np.maximum(chance.shaped((-1, 1), number), 0.0)
    system = np.where(np.arange(number) < number - number // ALPINE_SHARE, CRM, ALPINE)
    homes = chance.whole(0, len(_COUNTRIES) * len(_ALPINE_COUNTRIES), number)
    columns = (column.tolist() for column in (chosen, forms, segments, found, system, homes))
    return tuple(
        _account(*values, region=position % regions)
        for position, values in enumerate(zip(*columns, strict=True))
    )


def _account(
    name: int, form: int, segment: int, found: float, system: int, home: int, *, region: int
) -> Account:
    place, pair = divmod(name, len(_ROOTS) * len(_TRADES))
    root, (trade, industry) = _ROOTS[pair % len(_ROOTS)], _TRADES[pair // len(_ROOTS)]
    segment_name, _, weight = _SEGMENTS[segment]
    countries = _COUNTRIES if system == CRM else _ALPINE_COUNTRIES
    country = countries[home % len(countries)]
    return Account(
        f"{root} {trade}{_PLACES[place]} {_LEGAL_FORMS[form]}",
        industry,
        country,
        segment_name,
        region,
        weight,
        found,
        system,
        _CURRENCY_OF.get((system, country), EUR),
    )
