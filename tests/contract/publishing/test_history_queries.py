"""What docs/analysts.md tells analysts to ask of the history, as it stands there, and what they get."""

import re
from typing import Any

import pytest
from small_warehouse import Warehouse, kpi_row, member, scorecard

from yardstick.paths import PROJECT

JUNE = {"node_id": "anna-hoffmann", "month": 6}


def documented(question: str) -> str:
    """The query below a question, which begins like this."""
    page = (PROJECT / "docs" / "analysts.md").read_text("utf-8")
    (query,) = re.findall(rf"^\*\*{question}.*?\n```sql\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return str(query)


@pytest.fixture
def june(warehouse: Warehouse) -> Warehouse:
    """The target of June was 110 until it was raised to 130 on 20 June, long after the 10th."""
    plan: dict[str, Any] = {"target": 110, "target_version": 1, "plan_to_date": 40, "status": "ahead"}
    warehouse.report("2026-06-08", scorecard(actual=50, **JUNE, **plan))
    warehouse.report("2026-06-12", scorecard(actual=55, **JUNE, **plan | {"plan_to_date": 52}))
    raised = {"target": 130, "target_version": 2, "plan_to_date": 90, "status": "behind"}
    warehouse.report("2026-06-20", scorecard(actual=80, **JUNE, **raised))
    return warehouse


def test_a_plan_that_was_raised_later_leaves_junes_target_of_10_june(june: Warehouse) -> None:
    assert june.ask(documented("What June's target was on 10 June")) == [(110, 1, 40, "ahead")]
    assert june.ask("select target, target_version from kpi.scorecards") == [(130, 2)]


def test_a_balance_is_told_as_any_past_night_knew_it_and_as_it_is_known_now(warehouse: Warehouse) -> None:
    """500 were open in Hamburg at the end of March. On 20 April they prove to have been lost in February."""
    hamburg: dict[str, Any] = {
        "kpi_id": "open_pipeline",
        "node_id": "Hamburg",
        "month": 3,
        "node_kind": "team",
    }
    teams = {"int_person_teams": [member("anna", "Hamburg", "[,)")]}
    deal = kpi_row("open_pipeline", "D1", "anna", "2026-01-05", 500)
    warehouse.report("2026-03-31", scorecard(actual=500, **hamburg), rows=[deal], **teams)
    lost = {**deal, "until_on": "2026-02-10"}
    warehouse.report("2026-04-20", scorecard(actual=0, **hamburg), rows=[lost])

    query = documented("The open pipeline at the end of March")
    assert warehouse.ask(query) == [("Hamburg", 500, 0)]
    assert warehouse.ask(query.replace("2026-04-10", "2026-04-20")) == [("Hamburg", 0, 0)]
    assert warehouse.ask(query.replace("2026-04-10", "2026-03-30")) == [("Hamburg", None, 0)]


def test_a_balance_is_told_of_each_night_as_it_knew_it(warehouse: Warehouse) -> None:
    """A deal of 50 that was lost on 27 June is entered late, on the 29th; on the 28th nobody reported."""
    hamburg: dict[str, Any] = {"kpi_id": "open_pipeline", "node_id": "hamburg", "node_kind": "team"}
    may = scorecard(actual=700, month=5, **hamburg)
    for night, actual in (("2026-06-26", 500), ("2026-06-27", 520), ("2026-06-29", 470), ("2026-06-30", 480)):
        warehouse.report(night, may, scorecard(actual=actual, month=6, **hamburg))
    told = warehouse.ask(documented("The open pipeline on each of some days"))
    assert [(day.day, actual) for day, actual in told] == [
        (26, 500),
        (27, 520),
        (28, 520),
        (29, 470),
        (30, 480),
    ]


def test_a_month_as_it_was_reported_leaves_out_what_was_gone_by_then(warehouse: Warehouse) -> None:
    boris = scorecard(node_id="boris", month=6, actual=50)
    warehouse.report("2026-07-01", scorecard(actual=80, **JUNE), boris)
    warehouse.report("2026-07-05", scorecard(actual=90, **JUNE))
    warehouse.report("2026-07-15", scorecard(actual=95, **JUNE), boris)
    query = documented("The whole of June").replace("select *\n", "select node_id, actual\n")
    assert warehouse.ask(query) == [("anna-hoffmann", 90)]


def test_what_changed_after_the_close_is_told_with_its_records(warehouse: Warehouse) -> None:
    company = {"node_id": "nordlicht", "kpi_id": "bookings"}
    first = kpi_row("bookings", "D1", "anna", "2026-05-10", 100)
    late = kpi_row("bookings", "D2", "boris", "2026-05-20", 40)
    warehouse.report("2026-06-01", scorecard(actual=100, **company), rows=[first])
    warehouse.report("2026-06-02", scorecard(actual=140, **company), rows=[first, late])
    (told,) = warehouse.ask(documented("What changed after a month had closed"))
    assert (str(told[0]), *told[3:]) == ("2026-06-02", 100, 140, "records", "crm:D2", "added")
