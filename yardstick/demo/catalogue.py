"""What the demo company sells, and to whom."""

from dataclasses import dataclass

from yardstick.demo.chance import Chance


@dataclass(frozen=True)
class Product:
    """A product of the price list; `weight` says how often it is asked for, `ease` how often it is won."""

    code: str
    name: str
    family: str
    list_price: int
    weight: int
    ease: float


PRODUCTS = (
    Product("NX-100", "NX-100 Handheld Spectrometer", "Spectroscopy", 4_900, 16, 1.10),
    Product("NX-200", "NX-200 Benchtop Spectrometer", "Spectroscopy", 15_500, 14, 1.00),
    Product("NX-400", "NX-400 Process Spectrometer", "Spectroscopy", 36_000, 9, 0.85),
    Product("AX-10", "AX-10 Precision Balance", "Weighing", 2_900, 15, 1.15),
    Product("AX-50", "AX-50 Analytical Balance", "Weighing", 7_800, 13, 1.05),
    Product("TX-20", "TX-20 Climate Logger Set", "Climate", 1_600, 11, 1.15),
    Product("TX-80", "TX-80 Climate Chamber", "Climate", 24_500, 8, 0.95),
    Product("QX-5", "QX-5 Particle Counter", "Clean Room", 11_400, 9, 1.00),
    Product("QX-9", "QX-9 Clean-Room Monitor", "Clean Room", 49_000, 5, 0.80),
)


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


@dataclass(frozen=True)
class Account:
    """A customer or prospect, served from one region; `weight` says how often it is dealt with."""

    name: str
    industry: str
    country: str
    segment: str
    region: int
    weight: int


ACCOUNTS = 600
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
)


def draw_accounts(chance: Chance, regions: int) -> tuple[Account, ...]:
    """600 accounts with different names, spread over the regions."""
    pairs = chance.whole(0, 2**31, len(_ROOTS) * len(_TRADES)).argsort(kind="stable")[:ACCOUNTS]
    forms = chance.whole(0, len(_LEGAL_FORMS), ACCOUNTS)
    countries = chance.whole(0, len(_COUNTRIES), ACCOUNTS)
    segments = chance.pick([frequency for _, frequency, _ in _SEGMENTS], ACCOUNTS)
    return tuple(
        _account(*(int(value) for value in values), region=position % regions)
        for position, values in enumerate(zip(pairs, forms, countries, segments, strict=True))
    )


def _account(pair: int, form: int, country: int, segment: int, *, region: int) -> Account:
    root, (trade, industry) = _ROOTS[pair % len(_ROOTS)], _TRADES[pair // len(_ROOTS)]
    segment_name, _, weight = _SEGMENTS[segment]
    return Account(
        f"{root} {trade} {_LEGAL_FORMS[form]}", industry, _COUNTRIES[country], segment_name, region, weight
    )
