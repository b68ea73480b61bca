"""What is wrong in a CRM is listed at any dose; where there is much of it, KPIs that it falsifies fail."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from compiled_models import CompiledModels, begin_anew
from soiled_exports import (
    AS_OF,
    DAYS,
    LEAVER,
    LEFT_ON,
    SELLERS,
    Defect,
    Exports,
    clean_exports,
    moved,
    soiled,
    write_company,
    wrong,
)

from yardstick import refresh
from yardstick.company import load_company
from yardstick.company_tables import write_company_tables
from yardstick.definitions.files import load_definitions
from yardstick.gates.verdicts import judge_kpis
from yardstick.server.embedded import Role, Server
from yardstick.warehouse import connect

#: Of the 32 sales of a seller. With 10 bad ones at most 81 % are good, by the upper Wilson bound.
MUCH, LITTLE, ALL = 10, 1, len(DAYS)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)

WON = "average_deal_size bookings pipeline_created repeat_sales_share upsell_amount"
LINES = "average_discount gross_margin gross_profit"
LEADS = "first_response_time leads_answered_in_sla leads_worked_share"
OPEN = "crm_completeness deals_without_next_step_share open_pipeline stalled_deals_share weighted_pipeline"
OVERDUE = "overdue_receivables overdue_share"

_ROWS = (
    ("won without amount", "D", wrong(amount=""), "won_without_amount", "completeness", WON),
    ("won for less than nothing", "D", wrong(amount="-5"), "won_amount_not_positive", "validity", WON),
    (
        "currency without a rate", "D", wrong(currency="XXX"),
        "deal_currency_unknown", "completeness", f"{WON} {LINES}",
    ),
    (
        "deal without a date of creation", "D", wrong(created_at=""),
        "deal_without_created", "completeness", f"{OPEN} sales_cycle",
    ),
    (
        "closed before created", "D", moved(3 * DAY, "created_at"),
        "closed_before_created", "validity", f"{WON} deals_won new_customers sales_cycle win_rate",
    ),
    (
        "back to an earlier stage", "E-Won", wrong(stage="New"),
        "deal_went_back", "validity", "stage_conversion", "D",
    ),
    (
        "deal without account", "D", wrong(account_id=""),
        "deal_without_account", "completeness", "repeat_sales_share",
    ),
    (
        "lead assigned before it came", "L", moved(-DAY, "assigned_at"),
        "lead_assigned_before_created", "validity", LEADS,
    ),
    (
        "calls in another time zone", "C", moved(-3 * HOUR, "happened_at", "logged_at"),
        "lead_touched_before_created", "validity", LEADS, "L",
    ),
    ("call without length", "C", wrong(minutes=""), "call_without_minutes", "completeness", "connect_rate"),
    (
        "call on a day to come", "C", moved(90 * DAY, "happened_at"),
        "activity_after_as_of", "validity", "connect_rate outbound_calls",
    ),
    (
        "meeting without date", "M", wrong(happened_at=""),
        "activity_without_date", "completeness", "meetings_held",
    ),
    (
        "quote without date", "Q", wrong(sent_at=""),
        "quote_without_date", "completeness", "proposal_to_payment_conversion proposals_sent",
    ),
    (
        "quote on a day to come", "Q", moved(90 * DAY, "sent_at"),
        "quote_after_as_of", "validity", "proposals_sent",
    ),
    ("negative discount", "P", wrong(unit_price="99999"), "line_discount_negative", "validity", LINES),
    ("negative quantity", "P", wrong(quantity="-1"), "line_quantity_not_positive", "validity", LINES),
    ("line without price", "P", wrong(unit_price=""), "line_without_price", "completeness", LINES),
    (
        "line without cost", "P", wrong(unit_cost=""),
        "line_without_cost", "completeness", "gross_margin gross_profit",
    ),
    (
        "line without list price", "P", wrong(list_price=""),
        "line_without_list_price", "completeness", "average_discount",
    ),
    (
        "invoice without amount", "I", wrong(amount=""),
        "invoice_without_amount", "completeness", f"invoiced_sales {OVERDUE}",
    ),
    ("invoice without due date", "I", wrong(due_at=""), "invoice_without_due", "completeness", OVERDUE),
    (
        "invoice due before it was issued", "I", moved(-30 * DAY, "due_at"),
        "invoice_due_before_issued", "validity", f"invoiced_sales {OVERDUE}",
    ),
    (
        "payment before its invoice", "B", moved(-2 * DAY, "paid_at"),
        "payment_before_invoice", "validity", "revenue_collected",
    ),
    (
        "payment without amount", "B", wrong(amount=""),
        "payment_without_amount", "completeness", f"{OVERDUE} revenue_collected",
    ),
    (
        "score beyond the scale", "S", wrong(score="11"),
        "survey_score_invalid", "validity", "net_promoter_score",
    ),
    (
        "answer without score", "S", wrong(score=""),
        "survey_without_score", "completeness", "net_promoter_score",
    ),
    (
        "deal entered twice", "D", wrong(),
        "deal_suspected_duplicate", "duplicates", f"{WON} deals_won sales_cycle win_rate", None, True,
    ),
    (
        "invoice entered twice", "I", wrong(),
        "invoice_suspected_duplicate", "duplicates", f"invoiced_sales {OVERDUE}", None, True,
    ),
    (
        "unknown product", "D", wrong(product_id="gone"),
        "deal_product_unknown", "descriptive",
        f"{WON} deals_won new_customers sales_cycle stage_conversion win_rate",
    ),
    (
        "call entered a week later", "C", moved(7 * DAY, "logged_at"),
        "activity_entered_late", "late_entry",
        f"{LEADS} connect_rate meetings_held outbound_calls stalled_deals_share",
    ),
)  # fmt: skip
#: A seller each.
DEFECTS = dict(zip(SELLERS, (Defect(*row) for row in _ROWS), strict=False))

#: Nobody can tell whose these are: all records of a seller each, whom it is not held against.
ORPHANS = dict(zip(SELLERS[len(DEFECTS):], (
    Defect(
        "invoice of no deal", "I", wrong(deal_id="gone"),
        "invoice_deal_unknown", "completeness", "invoiced_sales",
    ),
    Defect(
        "payment of no invoice", "B", wrong(invoice_id="gone", deal_id=""),
        "payment_invoice_unknown", "completeness", "revenue_collected",
    ),
    Defect(
        "answer about someone unknown", "S", wrong(owner_id="zoe", deal_id=""),
        "survey_owner_unknown", "completeness", "net_promoter_score",
    ),
), strict=False))  # fmt: skip
OWNERLESS = dict(zip(SELLERS[len(DEFECTS):], (
    Defect("line of no deal", "P", wrong(deal_id="gone"), "line_without_deal", "belonging", LINES),
    Defect(
        "deal without owner", "D", wrong(owner_id=""),
        "deal_without_owner", "completeness", "bookings deals_won win_rate sales_cycle",
    ),
    Defect(
        "lead of someone unknown", "L", wrong(owner_id="zoe"),
        "lead_owner_unknown", "completeness", LEADS,
    ),
    Defect(
        "call without owner", "C", wrong(owner_id="", actor_id=""),
        "activity_without_owner", "completeness", "connect_rate outbound_calls",
    ),
), strict=False))  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """What a night said: verdicts on "measurable" by KPI, node and dimension; records listed by rule."""

    verdicts: dict[tuple[str, str, str], str]
    listed: dict[str, set[str]]
    planted: dict[str, set[str]]

    def failing(self, node: str, dimension: str) -> set[str]:
        """The KPIs that fail there."""
        return {
            kpi_id
            for (kpi_id, node_id, failed), verdict in self.verdicts.items()
            if (node_id, failed, verdict) == (node, dimension, "fail")
        }


class Nights:
    """Judges one export after another of the same company, each as the same night."""

    def __init__(self, folder: Path) -> None:
        self._folder = write_company(folder, clean_exports())
        self._night = {"folder": str(folder), "run_id": "defects"}
        for source in refresh.begin(params={"as_of": AS_OF.isoformat()}, **self._night):
            refresh.land(source_name=source, **self._night)
        for layer in ("core", "kpi", "mart"):
            refresh.build(layer=layer, **self._night)
        with connect(load_company(folder), Role.OWNER) as connection:
            self._models = CompiledModels(load_company(folder), connection)

    def judge(self, exports: Exports, planted: dict[str, set[str]], has_left: bool = False) -> Judged:
        """Land the exports, build all models and judge them."""
        company = load_company(write_company(self._folder, exports, has_left))
        definitions = load_definitions()
        refresh.land(source_name="crm", **self._night)
        with connect(company, Role.OWNER) as connection:
            begin_anew(connection)
            write_company_tables(connection, company, definitions, AS_OF)
            self._models.rebuild(connection)
            connection.commit()
            judge_kpis(connection, company, AS_OF)
            verdicts = connection.execute(
                "select kpi_id, node_id, dimension, verdict from ops.kpi_verdicts "
                "where condition = 'measurable'"
            )
            listed = connection.execute(
                "select rule_id, array_agg(record_id) from build.data_issues group by rule_id"
            )
            return Judged(
                {(kpi_id, node, dimension): verdict for kpi_id, node, dimension, verdict in verdicts},
                {rule: set(records) for rule, records in listed},
                planted,
            )


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Nights:
    return Nights(tmp_path_factory.mktemp("soiled"))


@pytest.fixture(scope="module")
def clean(nights: Nights) -> Judged:
    return nights.judge(clean_exports(), {})


@pytest.fixture(scope="module")
def much(nights: Nights) -> Judged:
    exports, planted = soiled(clean_exports(), DEFECTS, MUCH)
    exports, orphans = soiled(exports, ORPHANS, ALL)
    return nights.judge(exports, planted | orphans)


@pytest.fixture(scope="module")
def little(nights: Nights) -> Judged:
    exports, planted = soiled(clean_exports(), DEFECTS, LITTLE)
    exports, ownerless = soiled(exports, OWNERLESS, ALL)
    return nights.judge(exports, planted | ownerless, has_left=True)


def of_each(defects: dict[str, Defect]) -> pytest.MarkDecorator:
    """A case for each of the defects, under its name."""
    names = [defect.name for defect in defects.values()]
    return pytest.mark.parametrize(("seller", "defect"), defects.items(), ids=names)


def test_on_a_clean_company_nothing_fails_or_warns_or_is_listed(clean: Judged) -> None:
    assert set(clean.verdicts.values()) == {"pass", "not enough data"}
    assert clean.listed == {}


def test_a_clean_company_is_proved_measurable_from_133_rows_on(clean: Judged) -> None:
    # A seller has 32 sales, a team of ten 320.
    assert clean.verdicts["bookings", "s01", "completeness"] == "not enough data"
    assert clean.verdicts["bookings", "red", "completeness"] == "pass"


@of_each(DEFECTS)
def test_much_of_a_defect_fails_just_the_kpis_that_it_falsifies(
    much: Judged, seller: str, defect: Defect
) -> None:
    assert much.failing(seller, defect.dimension) == set(defect.kpis.split())


@of_each(DEFECTS)
def test_each_record_with_a_defect_is_listed_where_there_is_much_of_it(
    much: Judged, seller: str, defect: Defect
) -> None:
    assert much.planted[seller] <= much.listed[defect.rule]


@of_each(DEFECTS)
def test_a_single_record_with_a_defect_is_listed(little: Judged, seller: str, defect: Defect) -> None:
    assert little.planted[seller] <= little.listed[defect.rule]


@of_each(ORPHANS)
def test_what_belongs_to_nothing_fails_the_kpi_of_nobody_and_is_listed(
    much: Judged, seller: str, defect: Defect
) -> None:
    assert set(defect.kpis.split()) <= much.failing("unassigned", defect.dimension)
    assert much.planted[seller] <= much.listed[defect.rule]
    assert much.failing(seller, defect.dimension) == set()


@of_each(OWNERLESS)
def test_what_is_nobodys_fails_the_kpi_of_nobody_and_is_listed(
    little: Judged, seller: str, defect: Defect
) -> None:
    assert set(defect.kpis.split()) <= little.failing("unassigned", defect.dimension)
    assert little.planted[seller] <= little.listed[defect.rule]


@pytest.mark.parametrize("kpi_id", ["bookings", "deals_won", "invoiced_sales", "outbound_calls", "win_rate"])
def test_what_someone_does_who_has_left_is_nobodys(little: Judged, kpi_id: str) -> None:
    assert little.verdicts[kpi_id, LEAVER, "attributability"] == "fail"


@pytest.mark.parametrize(
    ("rule", "letter"),
    [("deal_owner_absent", "D"), ("lead_owner_absent", "L"), ("activity_owner_absent", "C")],
)
def test_what_someone_does_who_has_left_is_listed(little: Judged, rule: str, letter: str) -> None:
    since = [f"crm:{letter}-{LEAVER}-{number:02}" for number, day in enumerate(DAYS) if day >= LEFT_ON]
    assert set(since) <= little.listed[rule]


def test_sellers_without_a_defect_are_not_held_to_account(much: Judged) -> None:
    innocent = set(SELLERS) - set(DEFECTS) - set(ORPHANS)
    assert innocent
    failing = {key for key, verdict in much.verdicts.items() if verdict in ("fail", "warn")}
    assert {key for key in failing if key[1] in innocent} == set()
