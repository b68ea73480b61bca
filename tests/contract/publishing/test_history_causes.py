"""The cause of a restatement: the records, or what else moved the number."""

from decimal import Decimal

from small_warehouse import Row, Warehouse, every_level, kpi_row, member, numbers, scorecard


def test_where_no_record_changed_the_organisation_did(warehouse: Warehouse) -> None:
    """That Anna was in South in May was found out in June."""
    row = kpi_row("bookings", "D1", "anna", "2026-05-10", 100)
    warehouse.report("2026-06-01", *every_level(anna=100, North=100, South=0), rows=[row])
    warehouse.report(
        "2026-06-02",
        *every_level(anna=100, North=0, South=100),
        rows=[row],
        int_person_teams=[member("anna", "South", "[,)")],
    )
    assert warehouse.restatements() == [
        ("2026-06-02", "bookings", "North", 5, 100, 0, "organisation"),
        ("2026-06-02", "bookings", "South", 5, 0, 100, "organisation"),
    ]
    assert warehouse.records("North") == []


def test_where_no_record_changed_the_definition_may_have(warehouse: Warehouse) -> None:
    """The mean cycle of 10 and 40 days instead of their sum."""
    rows = [
        kpi_row("sales_cycle", "D1", "anna", "2026-05-10", 10, denominator=1),
        kpi_row("sales_cycle", "D2", "anna", "2026-05-11", 40, denominator=1),
    ]
    redefined = [{"kpi_id": "sales_cycle", "aggregation": "ratio", "over_time": "flow"}]
    warehouse.report("2026-06-01", scorecard("sales_cycle", actual=50), rows=rows)
    warehouse.report("2026-06-02", scorecard("sales_cycle", actual=25), rows=rows, dim_kpis=redefined)
    assert warehouse.restatements() == [("2026-06-02", "sales_cycle", "anna", 5, 50, 25, "definition")]


def test_a_composite_is_restated_by_its_components(warehouse: Warehouse) -> None:
    kpis = [{"kpi_id": "quota_attainment", "aggregation": "composite", "over_time": "flow"}]
    warehouse.report("2026-06-01", scorecard("quota_attainment", actual=Decimal("0.9")), dim_kpis=kpis)
    warehouse.report("2026-06-02", scorecard("quota_attainment", actual=1))
    assert warehouse.restatements() == [
        ("2026-06-02", "quota_attainment", "anna", 5, Decimal("0.9"), 1, "components")
    ]


def test_a_number_that_is_withheld_after_its_close_says_so(warehouse: Warehouse) -> None:
    withheld = scorecard(actual=None, status="withheld", withheld_reason="One deal has no amount.")
    boris = scorecard(node_id="boris", actual=50)
    warehouse.report("2026-06-01", scorecard(actual=100), boris)
    warehouse.report("2026-06-02", withheld, boris)
    warehouse.report("2026-06-03", scorecard(actual=100), boris)
    assert warehouse.restatements() == [
        ("2026-06-02", "bookings", "anna", 5, 100, None, "withheld"),
        ("2026-06-03", "bookings", "anna", 5, None, 100, "withheld"),
    ]


def test_a_number_without_rows_may_be_withheld_too(warehouse: Warehouse) -> None:
    boris = scorecard(node_id="boris", actual=50)
    warehouse.report("2026-06-01", scorecard(actual=None, status="withheld", rows_counted=0), boris)
    warehouse.report("2026-06-02", scorecard(actual=0, rows_counted=0), boris)
    assert warehouse.restatements() == [("2026-06-02", "bookings", "anna", 5, None, 0, "withheld")]


def test_a_ratio_of_nothing_is_not_withheld(warehouse: Warehouse) -> None:
    """Clara closed nothing in May, until a lost deal was entered late. Boris gives the KPI a number."""
    boris = scorecard("win_rate", "boris", actual=1, numerator=1, denominator=1)
    nothing = scorecard("win_rate", "clara", numerator=0, denominator=0, rows_counted=0, status="withheld")
    warehouse.report("2026-06-01", nothing, boris)
    warehouse.report(
        "2026-06-02",
        scorecard("win_rate", "clara", actual=0, numerator=0, denominator=1, status="missed"),
        boris,
        rows=[kpi_row("win_rate", "D1", "clara", "2026-05-10", 0, denominator=1)],
    )
    assert warehouse.restatements() == [("2026-06-02", "win_rate", "clara", 5, None, 0, "records")]


def test_a_rate_that_changes_is_told_from_a_change_of_the_deal(warehouse: Warehouse) -> None:
    """100 CHF are 95 EUR, then 96 EUR. Boris's deal was at the same time found to be of 200 CHF."""

    def fact(record: str, amount: int, at_plan_rate: int) -> Row:
        return {
            "deal_id": f"crm:{record}",
            "amount": amount,
            "currency": "CHF",
            "amount_at_plan_rate": at_plan_rate,
        }

    def rows(anna: int, boris: int) -> list[Row]:
        return [
            kpi_row("bookings", "D1", "anna", "2026-05-10", anna),
            kpi_row("bookings", "D2", "boris", "2026-05-11", boris),
        ]

    warehouse.report(
        "2026-06-01",
        *every_level(anna=95, boris=95, North=190),
        rows=rows(95, 95),
        fct_deals=[fact("D1", 100, 95), fact("D2", 100, 95)],
    )
    warehouse.report(
        "2026-06-02",
        *every_level(anna=96, boris=192, North=288),
        rows=rows(96, 192),
        fct_deals=[fact("D1", 100, 96), fact("D2", 200, 192)],
    )
    assert [(node_id, cause) for _, _, node_id, _, _, _, cause in warehouse.restatements()] == [
        ("North", "records"),
        ("anna", "rates"),
        ("boris", "records"),
    ]
    assert [numbers(record) for record in warehouse.records("North")] == [
        ("crm:D1", "revalued", 95, 96),
        ("crm:D2", "changed", 95, 192),
    ]
