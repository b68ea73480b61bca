"""kpi.scorecard_history: what each night reported, a version only where that changed."""

import pytest
from small_warehouse import TABLES, Warehouse, scorecard

from yardstick.publishing.publish import publish


def test_the_first_night_reports_every_scorecard(warehouse: Warehouse) -> None:
    warehouse.report("2026-06-01", scorecard(actual=100), scorecard(node_id="boris", actual=50))
    assert warehouse.versions("anna") == [("2026-06-01", 100, False)]
    assert warehouse.versions("boris") == [("2026-06-01", 50, False)]


def test_a_night_that_reports_the_same_adds_no_version(warehouse: Warehouse) -> None:
    warehouse.report("2026-06-01", scorecard(actual=100))
    assert warehouse.report("2026-06-02", scorecard(actual=100)) == 0
    assert warehouse.versions() == [("2026-06-01", 100, False)]


def test_only_a_scorecard_that_changed_gets_a_version(warehouse: Warehouse) -> None:
    warehouse.report("2026-06-01", scorecard(actual=100), scorecard(node_id="boris", actual=50))
    warehouse.report("2026-06-02", scorecard(actual=120), scorecard(node_id="boris", actual=50))
    assert warehouse.versions("anna") == [("2026-06-01", 100, False), ("2026-06-02", 120, False)]
    assert warehouse.versions("boris") == [("2026-06-01", 50, False)]


@pytest.mark.parametrize(
    "change",
    [
        {"target": 110},
        {"plan_to_date": 40},
        {"status": "behind"},
        {"withheld_reason": "Two deals have no amount."},
        {"is_certified": False},
        {"numerator": 90},
    ],
)
def test_any_value_that_is_reported_otherwise_is_a_version(
    warehouse: Warehouse, change: dict[str, object]
) -> None:
    warehouse.report("2026-06-01", scorecard(actual=100))
    warehouse.report("2026-06-02", scorecard(actual=100, **change))
    assert [night for night, _, _ in warehouse.versions()] == ["2026-06-01", "2026-06-02"]


def test_another_name_of_a_node_is_no_news(warehouse: Warehouse) -> None:
    warehouse.report("2026-06-01", scorecard(actual=100))
    warehouse.report("2026-06-02", scorecard(actual=100, node_name="Anna Berg"))
    assert warehouse.versions() == [("2026-06-01", 100, False)]


def test_a_scorecard_that_disappears_is_marked_gone_and_may_come_back(warehouse: Warehouse) -> None:
    warehouse.report("2026-06-01", scorecard(actual=100))
    warehouse.report("2026-06-02")
    warehouse.report("2026-06-03", scorecard(actual=100))
    assert warehouse.versions() == [
        ("2026-06-01", 100, False),
        ("2026-06-02", None, True),
        ("2026-06-03", 100, False),
    ]
    described = "select node_name, node_kind, period_end::text from kpi.scorecard_history where is_gone"
    assert warehouse.ask(described) == [("Anna", "person", "2026-05-31")]


def test_a_night_published_anew_replaces_its_version(warehouse: Warehouse) -> None:
    warehouse.report("2026-06-01", scorecard(actual=100))
    warehouse.report("2026-06-02", scorecard(actual=120))
    warehouse.report("2026-06-02", scorecard(actual=130))
    assert warehouse.versions() == [("2026-06-01", 100, False), ("2026-06-02", 130, False)]


def test_a_night_published_anew_takes_back_what_is_no_news_after_all(warehouse: Warehouse) -> None:
    warehouse.report("2026-06-01", scorecard(actual=100))
    warehouse.report("2026-06-02", scorecard(actual=120), scorecard(node_id="boris", actual=50))
    warehouse.report("2026-06-02", scorecard(actual=100))
    assert warehouse.versions("anna") == [("2026-06-01", 100, False)]
    assert warehouse.versions("boris") == []


def test_a_held_night_reports_nothing(warehouse: Warehouse) -> None:
    warehouse.report("2026-06-01", scorecard(actual=100))
    warehouse.build({"scorecards": [scorecard(actual=120)]})
    publish(warehouse.connection, [table for table in TABLES if table.name == "dim_dates"])
    assert warehouse.versions() == [("2026-06-01", 100, False)]


def test_a_night_that_fails_in_the_middle_reports_nothing(warehouse: Warehouse) -> None:
    warehouse.report("2026-06-01", scorecard(actual=100))
    warehouse.connection.execute("drop table build.int_person_teams")
    with pytest.raises(Exception, match="int_person_teams"):
        warehouse.report("2026-06-02", scorecard(actual=120))
    assert warehouse.versions() == [("2026-06-01", 100, False)]
    assert warehouse.ask("select actual from kpi.scorecards") == [(100,)]


def test_a_night_that_moves_back_leaves_to_later_nights_what_they_reported(warehouse: Warehouse) -> None:
    """June 1: 100. It stood until June 5: 120. Moved back to June 3, which now says 110."""
    warehouse.report("2026-06-01", scorecard(actual=100))
    warehouse.report("2026-06-05", scorecard(actual=120))
    warehouse.report("2026-06-03", scorecard(actual=110))
    assert warehouse.versions() == [
        ("2026-06-01", 100, False),
        ("2026-06-03", 110, False),
        ("2026-06-04", 100, False),
        ("2026-06-05", 120, False),
    ]


def test_a_night_that_moves_back_to_what_was_known_then_adds_nothing(warehouse: Warehouse) -> None:
    warehouse.report("2026-06-01", scorecard(actual=100))
    warehouse.report("2026-06-05", scorecard(actual=120))
    warehouse.report("2026-06-03", scorecard(actual=100))
    assert warehouse.versions() == [("2026-06-01", 100, False), ("2026-06-05", 120, False)]


def test_a_night_that_moves_back_before_a_scorecard_began_hides_it_only_there(warehouse: Warehouse) -> None:
    warehouse.report("2026-06-01", scorecard(actual=100))
    warehouse.report("2026-06-05", scorecard(actual=100), scorecard(node_id="boris", actual=50))
    warehouse.report("2026-06-03", scorecard(actual=100))
    assert warehouse.versions("boris") == [("2026-06-05", 50, False)]
    warehouse.report("2026-06-06", scorecard(actual=100))
    assert warehouse.versions("boris") == [("2026-06-05", 50, False), ("2026-06-06", None, True)]


def test_after_a_night_that_moved_back_the_next_one_is_told_from_the_latest(warehouse: Warehouse) -> None:
    """June 5 said 120. Moved back to June 3, people saw 100, and so they do on June 6: that is news."""
    warehouse.report("2026-06-01", scorecard(actual=100))
    warehouse.report("2026-06-05", scorecard(actual=120))
    warehouse.report("2026-06-03", scorecard(actual=100))
    warehouse.report("2026-06-06", scorecard(actual=100))
    assert warehouse.versions() == [
        ("2026-06-01", 100, False),
        ("2026-06-05", 120, False),
        ("2026-06-06", 100, False),
    ]


def test_a_warehouse_that_kept_no_history_so_far_begins_with_all_that_it_shows(warehouse: Warehouse) -> None:
    warehouse.report("2026-06-01", scorecard(actual=100), scorecard(node_id="boris", actual=50))
    warehouse.connection.execute("drop table kpi.scorecard_history")
    warehouse.report("2026-06-02", scorecard(actual=120), scorecard(node_id="boris", actual=50))
    assert warehouse.versions("anna") == [("2026-06-02", 120, False)]
    assert warehouse.versions("boris") == [("2026-06-02", 50, False)]
