"""kpi.restatements and kpi.restatement_records: what changed of a period after it had closed, and by what."""

from decimal import Decimal

from small_warehouse import Row, Warehouse, every_level, kpi_row, member, numbers, scorecard


def test_a_deal_entered_late_restates_its_closed_month_at_every_level(warehouse: Warehouse) -> None:
    """Anna won 100 in May. On June 2 a second deal of May, of 40, comes to light."""
    first = kpi_row("bookings", "D1", "anna", "2026-05-10", 100)
    late = kpi_row("bookings", "D2", "anna", "2026-05-20", 40)
    warehouse.report(
        "2026-06-01", *every_level(anna=100, North=100, Nordics=100, nordlicht=100), rows=[first]
    )
    warehouse.report(
        "2026-06-02", *every_level(anna=140, North=140, Nordics=140, nordlicht=140), rows=[first, late]
    )
    assert warehouse.restatements() == [
        ("2026-06-02", "bookings", node_id, 5, 100, 140, "records")
        for node_id in ("Nordics", "North", "anna", "nordlicht")
    ]
    for node_id in ("anna", "North", "Nordics", "nordlicht"):
        assert [numbers(record) for record in warehouse.records(node_id)] == [("crm:D2", "added", 0, 40)]


def test_a_deal_edited_late_is_named_with_what_it_counted_before_and_after(warehouse: Warehouse) -> None:
    warehouse.report(
        "2026-06-01",
        scorecard(actual=150),
        rows=[
            kpi_row("bookings", "D1", "anna", "2026-05-10", 100),
            kpi_row("bookings", "D2", "anna", "2026-05-11", 50),
        ],
    )
    warehouse.report(
        "2026-06-02",
        scorecard(actual=130),
        rows=[
            kpi_row("bookings", "D1", "anna", "2026-05-10", 80),
            kpi_row("bookings", "D2", "anna", "2026-05-11", 50),
        ],
    )
    assert warehouse.restatements() == [("2026-06-02", "bookings", "anna", 5, 150, 130, "records")]
    assert [numbers(record) for record in warehouse.records("anna")] == [("crm:D1", "changed", 100, 80)]


def test_a_deal_deleted_late_is_named_as_removed(warehouse: Warehouse) -> None:
    warehouse.report(
        "2026-06-01", scorecard(actual=100), rows=[kpi_row("bookings", "D1", "anna", "2026-05-10", 100)]
    )
    warehouse.report("2026-06-02", scorecard(actual=0))
    assert warehouse.restatements() == [("2026-06-02", "bookings", "anna", 5, 100, 0, "records")]
    assert [numbers(record) for record in warehouse.records("anna")] == [("crm:D1", "removed", 100, 0)]


def test_a_change_that_the_number_does_not_feel_is_not_named(warehouse: Warehouse) -> None:
    """Another closer of D1 changes nothing; D2 does."""
    warehouse.report(
        "2026-06-01",
        scorecard(actual=100),
        rows=[kpi_row("bookings", "D1", "anna", "2026-05-10", 100, actor_id="anna")],
    )
    warehouse.report(
        "2026-06-02",
        scorecard(actual=140),
        rows=[
            kpi_row("bookings", "D1", "anna", "2026-05-10", 100, actor_id="boris"),
            kpi_row("bookings", "D2", "anna", "2026-05-11", 40),
        ],
    )
    assert [numbers(record) for record in warehouse.records("anna")] == [("crm:D2", "added", 0, 40)]


def test_a_deal_given_to_a_colleague_moves_between_people_and_not_within_their_team(
    warehouse: Warehouse,
) -> None:
    warehouse.report(
        "2026-06-01",
        *every_level(anna=100, boris=0, North=100),
        rows=[kpi_row("bookings", "D1", "anna", "2026-05-10", 100)],
    )
    warehouse.report(
        "2026-06-02",
        *every_level(anna=0, boris=100, North=100),
        rows=[kpi_row("bookings", "D1", "boris", "2026-05-10", 100)],
    )
    assert [numbers(record) for record in warehouse.records("anna")] == [("crm:D1", "moved", 100, 0)]
    assert [numbers(record) for record in warehouse.records("boris")] == [("crm:D1", "moved", 0, 100)]
    assert [node_id for _, _, node_id, *_ in warehouse.restatements()] == ["anna", "boris"]


def test_a_closing_date_corrected_from_april_to_may_moves_between_months_and_not_within_the_quarter(
    warehouse: Warehouse,
) -> None:
    quarter = scorecard(month=6, actual=100, period_kind="quarter", period_start="2026-04-01")
    warehouse.report(
        "2026-06-30",
        scorecard(month=4, actual=100),
        scorecard(month=5, actual=0),
        quarter,
        rows=[kpi_row("bookings", "D1", "anna", "2026-04-30", 100)],
    )
    warehouse.report(
        "2026-07-01",
        scorecard(month=4, actual=0),
        scorecard(month=5, actual=100),
        quarter,
        rows=[kpi_row("bookings", "D1", "anna", "2026-05-01", 100)],
    )
    assert [numbers(record) for record in warehouse.records("anna")] == [
        ("crm:D1", "moved", 100, 0),
        ("crm:D1", "moved", 0, 100),
    ]


def test_a_week_a_quarter_and_a_year_are_restated_like_a_month(warehouse: Warehouse) -> None:
    """31 December 2026 lies in the week of the 28th, in the last quarter, and in the year."""

    def scorecards(actual: int) -> list[Row]:
        return [
            scorecard(actual=actual, period_kind=kind, period_start=start, period_end="2026-12-31")
            for kind, start in (
                ("week", "2026-12-28"),
                ("month", "2026-12-01"),
                ("quarter", "2026-10-01"),
                ("year", "2026-01-01"),
            )
        ]

    warehouse.report("2027-01-10", *scorecards(0))
    warehouse.report("2027-01-11", *scorecards(7), rows=[kpi_row("bookings", "D1", "anna", "2026-12-31", 7)])
    assert {(record["period_kind"], record["numerator_after"]) for record in warehouse.records("anna")} == {
        ("week", 7),
        ("month", 7),
        ("quarter", 7),
        ("year", 7),
    }


def test_a_period_that_was_open_when_last_reported_is_not_restated(warehouse: Warehouse) -> None:
    """On 30 May May is open; on 31 May it closes with what its last day brought."""
    warehouse.report(
        "2026-05-30", scorecard(actual=100), rows=[kpi_row("bookings", "D1", "anna", "2026-05-10", 100)]
    )
    warehouse.report("2026-05-31", scorecard(actual=0))
    assert warehouse.restatements() == []


def test_a_period_is_closed_by_the_night_of_its_last_day_however_old_its_version_is(
    warehouse: Warehouse,
) -> None:
    """Reported on 20 May, unchanged on 31 May, and otherwise on 1 June."""
    row = kpi_row("bookings", "D1", "anna", "2026-05-10", 100)
    warehouse.report("2026-05-20", scorecard(actual=100), rows=[row])
    warehouse.report("2026-05-31", scorecard(actual=100), rows=[row])
    warehouse.report("2026-06-01", scorecard(actual=0))
    assert warehouse.restatements() == [("2026-06-01", "bookings", "anna", 5, 100, 0, "records")]


def test_a_plan_that_changes_restates_nothing(warehouse: Warehouse) -> None:
    warehouse.report("2026-06-01", scorecard(actual=100, target=90, status="reached"))
    warehouse.report("2026-06-02", scorecard(actual=100, target=110, status="missed"))
    assert warehouse.restatements() == []


def test_a_ratio_is_restated_in_both_its_sides(warehouse: Warehouse) -> None:
    """One of two deals won: 0.5. The lost one turns out to be none: one of one, 1."""
    won = kpi_row("win_rate", "D1", "anna", "2026-05-10", 1, denominator=1)
    lost = kpi_row("win_rate", "D2", "anna", "2026-05-11", 0, denominator=1)
    half = scorecard("win_rate", actual=Decimal("0.5"), numerator=1, denominator=2)
    warehouse.report("2026-06-01", half, rows=[won, lost])
    warehouse.report("2026-06-02", scorecard("win_rate", actual=1, numerator=1, denominator=1), rows=[won])
    sides = "select numerator_before, numerator_after, denominator_before, denominator_after from kpi."
    assert warehouse.ask(sides + "restatements") == [(1, 1, 2, 1)]
    assert warehouse.ask(sides + "restatement_records") == [(0, 0, 1, 0)]


def test_a_row_of_a_ratio_that_lacks_a_side_counts_for_nothing(warehouse: Warehouse) -> None:
    broken = kpi_row("win_rate", "D2", "anna", "2026-05-11", 1)
    mended = kpi_row("win_rate", "D2", "anna", "2026-05-11", 1, denominator=1)
    warehouse.report("2026-06-01", scorecard("win_rate", actual=0, numerator=0, denominator=1), rows=[broken])
    warehouse.report(
        "2026-06-02", scorecard("win_rate", actual=Decimal("0.5"), numerator=1, denominator=2), rows=[mended]
    )
    (record,) = warehouse.records("anna")
    assert numbers(record) == ("crm:D2", "changed", 0, 1)
    assert (record["denominator_before"], record["denominator_after"]) == (0, 1)


def test_a_median_names_the_records_whose_row_changed(warehouse: Warehouse) -> None:
    """Cycles of 10, 20 and 60 days: 20. The 60 days were 15: the median of 10, 15 and 20 is 15."""
    others = [
        kpi_row("sales_cycle", "D1", "anna", "2026-05-10", 10),
        kpi_row("sales_cycle", "D2", "anna", "2026-05-11", 20),
    ]
    wrong = kpi_row("sales_cycle", "D3", "anna", "2026-05-12", 60)
    right = kpi_row("sales_cycle", "D3", "anna", "2026-05-12", 15)
    warehouse.report("2026-06-01", scorecard("sales_cycle", actual=20), rows=[*others, wrong])
    warehouse.report("2026-06-02", scorecard("sales_cycle", actual=15), rows=[*others, right])
    assert warehouse.restatements() == [("2026-06-02", "sales_cycle", "anna", 5, 20, 15, "records")]
    assert [numbers(record) for record in warehouse.records("anna")] == [("crm:D3", "changed", 60, 15)]


def test_a_deal_closed_back_in_april_leaves_the_balance_of_each_month_end_since(warehouse: Warehouse) -> None:
    """Open since February. On 2 June it is known to have closed on 15 April: March stays as it was."""
    open_deal = kpi_row("open_pipeline", "D1", "anna", "2026-02-01", 500)
    closed_deal = kpi_row("open_pipeline", "D1", "anna", "2026-02-01", 500, until_on="2026-04-15")

    def balances(march: int, april: int, may: int) -> list[Row]:
        return [
            scorecard("open_pipeline", "anna", month, actual)
            for month, actual in ((3, march), (4, april), (5, may))
        ]

    warehouse.report("2026-06-01", *balances(500, 500, 500), rows=[open_deal])
    warehouse.report("2026-06-02", *balances(500, 0, 0), rows=[closed_deal])
    assert [(month, before, after) for _, _, _, month, before, after, _ in warehouse.restatements()] == [
        (4, 500, 0),
        (5, 500, 0),
    ]
    assert [numbers(record) for record in warehouse.records("anna")] == [("crm:D1", "removed", 500, 0)] * 2


def test_a_movers_balance_restates_the_team_of_each_month_end(warehouse: Warehouse) -> None:
    """Anna moved from North to South on 1 May, her deal of 500 with her: it is worth 600 after all."""
    teams = [member("anna", "North", "[,2026-05-01)"), member("anna", "South", "[2026-05-01,)")]

    def balances(april_in_north: int, may_in_south: int) -> list[Row]:
        return [
            scorecard("open_pipeline", "North", 4, april_in_north),
            scorecard("open_pipeline", "North", 5, 0),
            scorecard("open_pipeline", "South", 5, may_in_south),
        ]

    warehouse.report(
        "2026-06-01",
        *balances(500, 500),
        rows=[kpi_row("open_pipeline", "D1", "anna", "2026-02-01", 500)],
        int_person_teams=teams,
    )
    warehouse.report(
        "2026-06-02",
        *balances(600, 600),
        rows=[kpi_row("open_pipeline", "D1", "anna", "2026-02-01", 600)],
    )
    assert [(node_id, month) for _, _, node_id, month, *_ in warehouse.restatements()] == [
        ("North", 4),
        ("South", 5),
    ]
    assert [numbers(record) for record in warehouse.records("North")] == [("crm:D1", "changed", 500, 600)]
    assert [numbers(record) for record in warehouse.records("South")] == [("crm:D1", "changed", 500, 600)]


def test_an_open_deal_that_was_a_colleagues_all_along_moves_to_her(warehouse: Warehouse) -> None:
    was = kpi_row("open_pipeline", "D1", "anna", "2026-04-10", 500)
    warehouse.report(
        "2026-06-01", *every_level(5, "open_pipeline", anna=500, North=500, South=0, Nordics=500), rows=[was]
    )
    warehouse.report(
        "2026-06-02",
        *every_level(5, "open_pipeline", anna=0, North=0, South=500, Nordics=500),
        rows=[{**was, "person_id": "clara"}],
    )
    assert [numbers(record) for record in warehouse.records("North")] == [("crm:D1", "moved", 500, 0)]
    assert [numbers(record) for record in warehouse.records("South")] == [("crm:D1", "moved", 0, 500)]
    assert [node_id for _, _, node_id, *_ in warehouse.restatements()] == ["North", "South", "anna"]


def test_a_deal_without_an_owner_restates_the_unassigned(warehouse: Warehouse) -> None:
    """It appears with its scorecard, and goes with it once it has found its owner."""
    orphan = kpi_row("bookings", "D1", None, "2026-05-10", 100)
    anna, unassigned = scorecard(actual=0), scorecard(node_id="unassigned", actual=100)
    warehouse.report("2026-06-01", anna)
    warehouse.report("2026-06-02", anna, unassigned, rows=[orphan])
    warehouse.report("2026-06-03", scorecard(actual=100), rows=[{**orphan, "person_id": "anna"}])
    assert warehouse.restatements() == [
        ("2026-06-02", "bookings", "unassigned", 5, None, 100, "records"),
        ("2026-06-03", "bookings", "anna", 5, 0, 100, "records"),
        ("2026-06-03", "bookings", "unassigned", 5, 100, None, "records"),
    ]
    assert [numbers(record) for record in warehouse.records("unassigned")] == [
        ("crm:D1", "added", 0, 100),
        ("crm:D1", "moved", 100, 0),
    ]


def test_a_node_that_comes_without_rows_restates_nothing(warehouse: Warehouse) -> None:
    warehouse.report("2026-06-01", scorecard(actual=100))
    warehouse.report(
        "2026-06-02", scorecard(actual=100), scorecard(node_id="boris", actual=0, rows_counted=0)
    )
    assert warehouse.restatements() == []


def test_a_kpi_that_was_never_shown_or_is_no_more_restates_nothing(warehouse: Warehouse) -> None:
    """Bookings first; then the deals' win rate too, which was withheld for want of data; then no bookings."""
    unavailable = scorecard("win_rate", rows_counted=0, status="withheld")
    available = scorecard("win_rate", actual=1, numerator=1, denominator=1)
    won = kpi_row("win_rate", "D1", "anna", "2026-05-10", 1, denominator=1)
    warehouse.report("2026-06-01", scorecard(actual=100), unavailable)
    warehouse.report("2026-06-02", scorecard(actual=100), available, rows=[won])
    warehouse.report("2026-06-03", available, rows=[won])
    assert warehouse.restatements() == []


def test_a_night_published_anew_restates_what_stood_before_it(warehouse: Warehouse) -> None:
    """100 on June 1. On June 2 first 140 with D2, then, D1 corrected, 130: in all 100 became 130."""
    first = kpi_row("bookings", "D1", "anna", "2026-05-10", 100)
    corrected = kpi_row("bookings", "D1", "anna", "2026-05-10", 90)
    late = kpi_row("bookings", "D2", "anna", "2026-05-20", 40)
    warehouse.report("2026-06-01", scorecard(actual=100), rows=[first])
    warehouse.report("2026-06-02", scorecard(actual=140), rows=[first, late])
    warehouse.report("2026-06-02", scorecard(actual=130), rows=[corrected, late])
    warehouse.report("2026-06-02", scorecard(actual=130), rows=[corrected, late])
    assert warehouse.restatements() == [("2026-06-02", "bookings", "anna", 5, 100, 130, "records")]
    assert [numbers(record) for record in warehouse.records("anna")] == [
        ("crm:D1", "changed", 100, 90),
        ("crm:D2", "added", 0, 40),
    ]


def test_a_night_published_anew_takes_back_what_it_restated(warehouse: Warehouse) -> None:
    first = kpi_row("bookings", "D1", "anna", "2026-05-10", 100)
    late = kpi_row("bookings", "D2", "anna", "2026-05-20", 40)
    warehouse.report("2026-06-01", scorecard(actual=100), rows=[first])
    warehouse.report("2026-06-02", scorecard(actual=140), rows=[first, late])
    warehouse.report("2026-06-02", scorecard(actual=100), rows=[first])
    assert warehouse.restatements() == []
    assert warehouse.records("anna") == []


def test_an_edit_seen_by_a_second_run_of_the_same_night_is_a_restatement(warehouse: Warehouse) -> None:
    """May had closed and was shown: who looked in the morning sees another number at noon."""
    warehouse.report(
        "2026-05-31", scorecard(actual=100), rows=[kpi_row("bookings", "D1", "anna", "2026-05-10", 100)]
    )
    warehouse.report(
        "2026-05-31", scorecard(actual=80), rows=[kpi_row("bookings", "D1", "anna", "2026-05-10", 80)]
    )
    assert warehouse.restatements() == [("2026-05-31", "bookings", "anna", 5, 100, 80, "records")]
    assert warehouse.versions() == [("2026-05-31", 80, False)]


def test_a_night_that_moves_back_restates_nothing(warehouse: Warehouse) -> None:
    warehouse.report("2026-06-01", scorecard(actual=100))
    warehouse.report("2026-06-05", scorecard(actual=120))
    before = warehouse.restatements()
    warehouse.report("2026-06-03", scorecard(actual=100))
    assert warehouse.restatements() == before


def test_what_the_records_changed_is_what_the_scorecard_changed(warehouse: Warehouse) -> None:
    """Of a deal shared by two, each half is a row: 60 and 40 became 70 and 50, and a deal of 30 is gone."""

    def half(person: str, amount: int) -> Row:
        row = kpi_row("bookings", "D1", person, "2026-05-10", amount)
        return {**row, "event_id": f"crm:D1#{person}"}

    gone = kpi_row("bookings", "D2", "anna", "2026-05-12", 30)
    warehouse.report(
        "2026-06-01",
        *every_level(anna=90, boris=40, North=130),
        rows=[half("anna", 60), half("boris", 40), gone],
    )
    warehouse.report(
        "2026-06-02",
        *every_level(anna=70, boris=50, North=120),
        rows=[half("anna", 70), half("boris", 50)],
    )
    assert [numbers(record) for record in warehouse.records("North")] == [
        ("crm:D1", "changed", 100, 120),
        ("crm:D2", "removed", 30, 0),
    ]
    differences = """
        select restatements.actual_after - restatements.actual_before,
            sum(records.numerator_after - records.numerator_before)
        from kpi.restatements
        inner join kpi.restatement_records as records
            using (as_of, kpi_id, node_id, period_kind, period_start)
        group by restatements.node_id, restatements.actual_after, restatements.actual_before
        order by restatements.node_id
    """
    assert warehouse.ask(differences) == [(-10, -10), (-20, -20), (10, 10)]
