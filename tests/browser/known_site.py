"""Answers that were made up: no warehouse stands behind them."""

from datetime import date
from decimal import Decimal

from yardstick.company import load_company
from yardstick.dashboards import load_dashboards
from yardstick.dashboards.preview.answers import Answers
from yardstick.dashboards.preview.site import render_page
from yardstick.paths import PROJECT

#: Names that a CRM may have, each meant to be more than a name.
HOSTILE = [
    "<script>window.reached = true</script>",
    '"><img src=x onerror="window.reached = true">',
    "</script><script>window.reached = true</script>",
    "=cmd|' /C calc'!A0",
    "W" * 300,
]
_LINKED = [
    ("A deal", "https://crm.example.com/deals/1"),
    ("A trick", "javascript:window.reached = true"),
    ("A file", "file:///etc/passwd"),
]
_WHO = [("demo", {"en": "Company", "ru": "Компания"}), ("red", {"en": "Team red", "ru": "Красные"})]


def known_page() -> str:
    """A page of two small dashboards, of which all is known."""
    dashboards = load_dashboards(PROJECT / "tests" / "browser" / "dashboards")
    nodes = {"node": ["demo", "red"]}
    months = [(date(2026, month, 1), Decimal(month)) for month in range(1, 7)]
    names = [*_LINKED, *((name, None) for name in HOSTILE)]
    answers = {
        "first.sold": (nodes, _answers(("amount", "node_id"), [(100, "demo"), (40, "red")], [[0], [1]])),
        "first.months": ({}, _answers(("month", "amount"), months, [range(6)])),
        "first.names": ({}, _answers(("name", "url"), names, [range(len(names))], {0: 1200})),
        "first.late": ({}, _answers(("name",), [], [[]])),
        "second.whose": (nodes, _answers(("name",), [("Company",), ("Team red",)], [[0], [1]])),
        "shared.night": ({}, _answers(("data_until",), [(date(2026, 6, 30),)], [[0]])),
    }
    company = load_company(PROJECT / "tests" / "companies" / "tiny")
    return render_page(company, dashboards, {"node": _WHO}, answers)


def _answers(columns, rows, held, totals=None) -> Answers:
    cells = {column: place for place, column in enumerate(columns)}
    return Answers({"en": cells, "ru": cells}, rows, dict(enumerate(held)), totals or {}, len(held))
