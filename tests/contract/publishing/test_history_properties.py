"""Whatever nights come in whatever order, the history tells what each of them reported last."""

from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_warehouse import Warehouse, kpi_row, scorecard

NODES = ("anna", "boris")

#: What a night reports: the actual of each node that has a scorecard.
reports = st.dictionaries(st.sampled_from(NODES), st.integers(1, 3))
#: Days of June, in the order of publishing: onward, anew, and back.
nights = st.lists(st.tuples(st.integers(1, 6), reports), min_size=1, max_size=8)
a_warehouse_for_all = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def empty(warehouse: Warehouse) -> None:
    """Forget all nights of an earlier example."""
    if warehouse.nights:
        tables = (
            "kpi.scorecards, kpi.kpi_rows, kpi.scorecard_history, kpi.restatements, kpi.restatement_records"
        )
        warehouse.connection.execute(f"truncate {tables}")
        warehouse.nights.clear()


def report(warehouse: Warehouse, day: int, actuals: dict[str, int]) -> None:
    """Publish a night of June whose bookings of May are these, each a deal of its own."""
    warehouse.report(
        f"2026-06-0{day}",
        *(scorecard(node_id=node_id, actual=actual) for node_id, actual in actuals.items()),
        rows=[
            kpi_row("bookings", node_id, node_id, "2026-05-10", actual) for node_id, actual in actuals.items()
        ],
    )


def told(warehouse: Warehouse, day: int) -> dict[str, Any]:
    """What the history tells was reported on a day of June."""
    query = """
        select node_id, actual
        from (
            select distinct on (node_id) * from kpi.scorecard_history
            where reported_as_of <= %(day)s
            order by node_id, reported_as_of desc
        ) as reported
        where not is_gone
    """
    return dict(warehouse.ask(query, day=f"2026-06-0{day}"))


@a_warehouse_for_all
@given(nights)
def test_each_night_is_told_as_it_was_reported_last(
    warehouse: Warehouse, nights: list[tuple[int, dict[str, int]]]
) -> None:
    empty(warehouse)
    reported: dict[int, dict[str, int]] = {}
    for day, actuals in nights:
        report(warehouse, day, actuals)
        reported[day] = actuals
        assert {day: told(warehouse, day) for day in reported} == reported


@a_warehouse_for_all
@given(nights)
def test_onward_the_restatements_lead_from_the_first_report_to_the_last_and_records_explain_them(
    warehouse: Warehouse, nights: list[tuple[int, dict[str, int]]]
) -> None:
    empty(warehouse)
    everyone = dict.fromkeys(NODES, 1)
    onward = [(day, everyone | actuals) for day, actuals in sorted(nights, key=lambda night: night[0])]
    for day, actuals in onward:
        report(warehouse, day, actuals)
    (first, last) = (onward[0][1], onward[-1][1])
    changes = """
        select node_id, sum(actual_after - actual_before) from kpi.restatements group by node_id
    """
    explained = """
        select node_id, sum(numerator_after - numerator_before) from kpi.restatement_records group by node_id
    """
    expected = {node_id: last[node_id] - first[node_id] for node_id in NODES}
    for query in (changes, explained):
        assert dict.fromkeys(NODES, 0) | dict(warehouse.ask(query)) == expected
    for node_id in NODES:
        actuals_in_turn = [actual for _, actual, _ in warehouse.versions(node_id)]
        assert all(one != next_one for one, next_one in pairwise(actuals_in_turn))
