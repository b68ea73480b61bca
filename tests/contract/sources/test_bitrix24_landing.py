"""What lands of a Bitrix24: everything there is, only what changed, and nothing that is gone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from bitrix24_night import Bitrix24Nights
from doubles.bitrix24.lists import METHODS
from doubles.bitrix24.portal import Portal
from doubles.bitrix24.server import Bitrix24Server

from yardstick.errors import SourceError
from yardstick.extract.api_client import Patience
from yardstick.extract.bitrix24_lists import LISTS

DEAL, ROWS = "crm_deal", "crm_deal_product_rows"


def deal(portal: Portal, title: str = "Lamps", **values: Any) -> int:
    return portal.create(DEAL, title=title, **values)


def titles(nights: Bitrix24Nights, number: int) -> dict[int, str]:
    return {key: record["title"] for key, record in nights.known(DEAL, number).items()}


def truth(portal: Portal) -> dict[int, str]:
    return {number: row["title"] for number, row in portal.rows[DEAL].items()}


def test_a_record_lands_as_its_own_fields_without_what_is_empty(
    portal: Portal, bitrix24_nights: Bitrix24Nights
) -> None:
    made = datetime(2026, 2, 3, 20, 30, tzinfo=UTC)
    number = deal(
        portal,
        at=made,
        opportunity=1250.5,
        currencyId="RUB",
        closed="N",
        companyId=0,
        closedate=date(2026, 4, 1),
        UF_CRM_COLOUR=["red", "blue"],
        searchContent="lamps",
    )
    bitrix24_nights.land(1, DEAL)
    assert bitrix24_nights.known(DEAL) == {
        number: {
            "id": number,
            "title": "Lamps",
            "opportunity": 1250.5,
            "currencyId": "RUB",
            "closed": "N",
            "companyId": 0,
            "createdTime": "2026-02-03T23:30:00+03:00",
            "closedate": "2026-04-01T00:00:00+03:00",
            "UF_CRM_COLOUR": ["red", "blue"],
        }
    }
    found = bitrix24_nights.connection.execute("select source_modified_at from landed.bitrix24_crm_deal")
    assert found.fetchall() == [(made,)]


def test_how_to_reach_a_person_does_not_land(portal: Portal, bitrix24_nights: Bitrix24Nights) -> None:
    portal.create(
        "crm_contact", name="Anna", phone="+7 900 000", email="anna@home.example", fm=[{"value": "x"}]
    )
    portal.create("user", ID=1, NAME="Max", EMAIL="max@acme.example", PERSONAL_MOBILE="+7 911", ACTIVE=True)
    bitrix24_nights.land(1, "crm_contact", "user")
    landed = str([bitrix24_nights.known(name) for name in ("crm_contact", "user")])
    assert "Anna" in landed
    assert not any(secret in landed for secret in ("900", "911", "@", "fm"))


def test_every_list_is_asked_for_and_lands(portal: Portal, bitrix24_nights: Bitrix24Nights) -> None:
    numbers = {
        name: portal.create(name) for name in portal.rows if name not in ("crm_currency", "product_row")
    }
    portal.create("crm_currency", CURRENCY="EUR", BASE="Y")
    portal.create("product_row", ownerId=numbers[DEAL], ownerType="D", productId=7)
    reports = bitrix24_nights.land(1)
    assert {name for name, report in reports.items() if report.records_alive != 1} == set()
    assert {each.method for each in LISTS} == METHODS.keys()
    assert bitrix24_nights.known("crm_currency") == {"EUR": {"CURRENCY": "EUR", "BASE": "Y"}}
    assert bitrix24_nights.known(ROWS)[numbers[DEAL]]["rows"][0]["productId"] == 7


@pytest.mark.parametrize("count", [49, 50, 51, 399, 400, 401])
def test_pages_are_read_to_the_last_however_many_there_are(
    portal: Portal, bitrix24_nights: Bitrix24Nights, count: int
) -> None:
    """One page, then a chain of seven: 50 and 400 deals fill them to the brim."""
    for number in range(count):
        deal(portal, f"Deal {number}")
    report = bitrix24_nights.land(1, DEAL)[DEAL]
    assert (report.rows_read, report.records_alive) == (count, count)
    assert titles(bitrix24_nights, 1) == truth(portal)


def test_thousands_of_records_cost_few_calls(
    portal: Portal, bitrix24: Bitrix24Server, bitrix24_nights: Bitrix24Nights
) -> None:
    for number in range(3_000):
        deal(portal, f"Deal {number}")
    report = bitrix24_nights.land(1, DEAL)[DEAL]
    # The mark; a page, a chain of 7, one of 50, and one for the rest; the ids in as many.
    assert report.calls == 1 + 4 + 4
    assert report.records_alive == 3_000


def test_a_night_costs_calls_for_what_changed_and_pages_of_ids(
    portal: Portal, bitrix24: Bitrix24Server, bitrix24_nights: Bitrix24Nights
) -> None:
    """Calls ≤ a + b × changed + a page of ids per thousand records."""
    for number in range(3_000):
        deal(portal, f"Deal {number}", at=portal.now - timedelta(days=1))
    deal(portal)
    bitrix24_nights.land(1)
    begun, portal.now = len(bitrix24.requests), portal.now + timedelta(days=1)
    for number in list(portal.rows[DEAL])[:15]:  # 0.5 %
        portal.write(DEAL, number, title="Changed")
    reports = bitrix24_nights.land(2)
    assert len(bitrix24.requests) - begun <= 3 * len(reports) + 15 + 2 * 3_000 / 1_000
    assert (reports[DEAL].rows_read, reports[ROWS].rows_read) == (16, 16)  # and that of the last mark


def test_nothing_changed_makes_no_version(portal: Portal, bitrix24_nights: Bitrix24Nights) -> None:
    for name in portal.rows:
        portal.create(name, **({"CURRENCY": "EUR"} if name == "crm_currency" else {}))
    bitrix24_nights.land(1)
    reports = bitrix24_nights.land(2)
    assert {name: report.versions_added for name, report in reports.items() if report.versions_added} == {}


def test_a_record_that_was_only_touched_makes_no_version(
    portal: Portal, bitrix24_nights: Bitrix24Nights
) -> None:
    numbers = [deal(portal, f"Deal {number}") for number in range(30)]
    bitrix24_nights.land(1, DEAL)
    for number in numbers:  # an activity was added, say
        portal.write(DEAL, number, lastActivityTime=portal.now)
    assert bitrix24_nights.land(2, DEAL)[DEAL].versions_added == 0


def test_a_changed_record_makes_one_version(portal: Portal, bitrix24_nights: Bitrix24Nights) -> None:
    changed, other = deal(portal), deal(portal)
    bitrix24_nights.land(1, DEAL)
    portal.now += timedelta(days=1)
    portal.write(DEAL, changed, title="Chairs")
    assert bitrix24_nights.land(2, DEAL)[DEAL].versions_added == 1
    assert titles(bitrix24_nights, 1) == {changed: "Lamps", other: "Lamps"}
    assert titles(bitrix24_nights, 2) == {changed: "Chairs", other: "Lamps"}


@pytest.mark.parametrize("understands", [r"T.*\+03:00$", r" \d\d:\d\d:\d\d$"])
def test_a_point_in_time_is_told_as_the_portal_understands_it(
    portal: Portal, bitrix24: Bitrix24Server, bitrix24_nights: Bitrix24Nights, understands: str
) -> None:
    """Documented is ISO 8601; some portals find nothing by it, and say no word."""
    numbers = [deal(portal, at=portal.now - timedelta(days=9)) for _ in range(5)]
    deal(portal)
    bitrix24.understands = understands
    bitrix24_nights.land(1, DEAL, ROWS)
    portal.now += timedelta(days=1)
    portal.write(DEAL, numbers[1], title="Chairs")
    portal.create("product_row", ownerType="D", ownerId=numbers[1])
    reports = bitrix24_nights.land(2, DEAL, ROWS)
    assert (reports[DEAL].rows_read, reports[ROWS].rows_read) == (2, 2)  # and that of the last mark
    assert titles(bitrix24_nights, 2)[numbers[1]] == "Chairs"
    assert len(bitrix24_nights.known(ROWS, 2)[numbers[1]]["rows"]) == 1


def test_a_portal_that_finds_no_change_though_there_was_one_is_not_believed(
    portal: Portal, bitrix24: Bitrix24Server, bitrix24_nights: Bitrix24Nights
) -> None:
    deal(portal)
    bitrix24_nights.land(1, DEAL)
    bitrix24.understands = "never"
    with pytest.raises(SourceError, match="then that nothing was changed since"):
        bitrix24_nights.land(2, DEAL)


def test_what_was_changed_last_may_be_gone_before_it_is_asked_for(
    portal: Portal, bitrix24: Bitrix24Server, bitrix24_nights: Bitrix24Nights
) -> None:
    older = deal(portal)
    portal.now += timedelta(days=1)
    last = deal(portal)
    bitrix24_nights.land(1, DEAL)
    begun = len(bitrix24.requests)
    bitrix24.plan.events[begun + 2 + 2] = lambda: portal.delete(DEAL, last)
    bitrix24_nights.land(2, DEAL)
    assert set(titles(bitrix24_nights, 2)) == {older}


@pytest.mark.parametrize("before", [timedelta(0), timedelta(minutes=50)])
def test_a_change_shortly_before_the_last_mark_is_seen(
    portal: Portal, bitrix24_nights: Bitrix24Nights, before: timedelta
) -> None:
    number = deal(portal)
    portal.now += timedelta(hours=2)
    deal(portal)
    bitrix24_nights.land(1, DEAL)
    portal.write(DEAL, number, at=portal.now - before, title="Chairs")
    bitrix24_nights.land(2, DEAL)
    assert titles(bitrix24_nights, 2)[number] == "Chairs"


def test_a_date_in_the_future_hides_no_later_change(portal: Portal, bitrix24_nights: Bitrix24Nights) -> None:
    number = deal(portal)
    deal(portal, at=datetime(2099, 1, 1, tzinfo=UTC))
    bitrix24_nights.land(1, DEAL)
    portal.write(DEAL, number, title="Chairs")
    bitrix24_nights.land(2, DEAL)
    assert titles(bitrix24_nights, 2)[number] == "Chairs"


def test_a_record_that_appears_with_an_old_date_is_found_by_its_id(
    portal: Portal, bitrix24_nights: Bitrix24Nights
) -> None:
    """A deal that a right now shows; a call that is entered when it ends; a deal that comes back."""
    number = deal(portal)
    call = portal.create("voximplant_statistic", CALL_START_DATE=portal.now)
    portal.now += timedelta(days=40)
    deal(portal)
    portal.webhooks[0].sees = {DEAL: lambda row: row["id"] != number}
    bitrix24_nights.land(1, DEAL, "voximplant_statistic")
    portal.webhooks[0].sees = {}
    late = portal.create("voximplant_statistic", CALL_START_DATE=portal.now - timedelta(days=2))
    bitrix24_nights.land(2, DEAL, "voximplant_statistic")
    assert number in titles(bitrix24_nights, 2)
    assert set(bitrix24_nights.known("voximplant_statistic", 2)) == {call, late}


def test_a_deleted_record_is_deleted_on_the_night_that_misses_it(
    portal: Portal, bitrix24_nights: Bitrix24Nights
) -> None:
    """Without a trace; of two that were merged the winner keeps its id."""
    gone, other = deal(portal), deal(portal)
    history = portal.create("crm_deal_stage_history", OWNER_ID=gone)
    bitrix24_nights.land(1, DEAL, "crm_deal_stage_history")
    portal.delete(DEAL, gone)
    portal.delete("crm_deal_stage_history", history)
    report = bitrix24_nights.land(2, DEAL, "crm_deal_stage_history")[DEAL]
    assert (report.records_deleted, report.records_alive) == (1, 1)
    assert set(titles(bitrix24_nights, 1)) == {gone, other}
    assert set(titles(bitrix24_nights, 2)) == {other}
    assert bitrix24_nights.known("crm_deal_stage_history", 2) == {}


def test_a_short_list_is_read_whole_over_all_its_pages(
    portal: Portal, bitrix24_nights: Bitrix24Nights
) -> None:
    for number in range(120):
        portal.create("user", NAME=f"User {number}", ACTIVE=number % 2 == 0)
    bitrix24_nights.land(1, "user")
    portal.delete("user", 7)
    portal.write("user", 8, NAME="Renamed")  # no list tells when a user changed
    bitrix24_nights.land(2, "user")
    known = bitrix24_nights.known("user", 2)
    assert (len(known), known[8]["NAME"], 7 in known) == (119, "Renamed", False)


def test_a_short_list_that_changes_while_it_is_read_is_read_again(
    portal: Portal, bitrix24: Bitrix24Server, bitrix24_nights: Bitrix24Nights
) -> None:
    """A row that is deleted shifts all behind it: the 51st would never come."""
    for number in range(120):
        portal.create("user", NAME=f"User {number}")
    signing_in = 2
    bitrix24.plan.events[signing_in + 2] = lambda: portal.delete("user", 7)
    bitrix24_nights.land(1, "user")
    assert set(bitrix24_nights.known("user")) == set(portal.rows["user"])


def test_lines_are_read_when_their_deal_changes(portal: Portal, bitrix24_nights: Bitrix24Nights) -> None:
    numbers = [deal(portal, at=portal.now - timedelta(days=1)) for _ in range(120)]
    deal(portal)
    lines = [portal.create("product_row", ownerType="D", ownerId=number, price=5.0) for number in numbers]
    bitrix24_nights.land(1, ROWS)
    portal.now += timedelta(days=1)
    portal.write("product_row", lines[3], price=7.0)
    portal.write(DEAL, numbers[3], opportunity=7.0)
    portal.delete("product_row", lines[4])
    portal.write(DEAL, numbers[4], opportunity=0.0)
    report = bitrix24_nights.land(2, ROWS)[ROWS]
    known = bitrix24_nights.known(ROWS, 2)  # and that of the last mark
    assert (report.rows_read, report.versions_added, len(known)) == (3, 2, 121)
    assert known[numbers[3]]["rows"][0]["price"] == 7
    assert known[numbers[4]]["rows"] == []


def test_lines_of_a_deal_won_lately_are_read_though_nothing_touched_it(
    portal: Portal, bitrix24_nights: Bitrix24Nights
) -> None:
    won = deal(portal, stageSemanticId="S", closedate=date(2026, 1, 10))
    old = deal(portal, stageSemanticId="S", closedate=date(2025, 1, 10))
    lines = {number: portal.create("product_row", ownerType="D", ownerId=number) for number in (won, old)}
    portal.now += timedelta(days=60)
    deal(portal)
    bitrix24_nights.land(1, ROWS)
    for line in lines.values():
        portal.write("product_row", line, price=9.0)
    bitrix24_nights.land(2, ROWS)
    assert bitrix24_nights.known(ROWS, 2)[won]["rows"][0]["price"] == 9
    assert "price" not in bitrix24_nights.known(ROWS, 2)[old]["rows"][0]
    bitrix24_nights.land(3, ROWS, is_full=True)
    assert bitrix24_nights.known(ROWS, 3)[old]["rows"][0]["price"] == 9


def test_a_deal_may_have_more_lines_than_a_page(portal: Portal, bitrix24_nights: Bitrix24Nights) -> None:
    number, other = deal(portal), deal(portal)
    for place in range(120):
        portal.create("product_row", ownerType="D", ownerId=number, sort=-place)
    portal.create("product_row", ownerType="D", ownerId=other)
    bitrix24_nights.land(1, ROWS)
    known = bitrix24_nights.known(ROWS)
    assert [len(known[key]["rows"]) for key in (number, other)] == [120, 1]


def test_a_deal_that_is_gone_before_its_lines_are_asked_for_is_left_out(
    portal: Portal, bitrix24: Bitrix24Server, bitrix24_nights: Bitrix24Nights
) -> None:
    numbers = [deal(portal) for _ in range(3)]
    bitrix24.plan.events[2 + 3] = lambda: portal.delete(DEAL, numbers[1])
    bitrix24_nights.land(1, ROWS)
    assert set(bitrix24_nights.known(ROWS)) == {numbers[0], numbers[2]}


def test_a_page_that_comes_again_and_again_is_no_end(
    portal: Portal, bitrix24: Bitrix24Server, bitrix24_nights: Bitrix24Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(60):
        deal(portal, f"Deal {number}")
    monkeypatch.setattr(bitrix24, "_rows_from", lambda table, _: iter(portal.rows[table].values()))
    monkeypatch.setattr(bitrix24, "_compiled", lambda *_: lambda row: True)
    with pytest.raises(SourceError, match="the same page again and again"):
        bitrix24_nights.land(1, DEAL)
    assert bitrix24_nights.known(DEAL) == {}


def test_a_record_changed_while_pages_are_read_is_asked_for_the_next_night(
    portal: Portal, bitrix24: Bitrix24Server, bitrix24_nights: Bitrix24Nights
) -> None:
    numbers = [deal(portal, f"Deal {number}") for number in range(60)]

    def meanwhile() -> None:
        portal.now += timedelta(hours=30)
        portal.write(DEAL, numbers[0], title="Changed behind the page")
        portal.write(DEAL, numbers[55], title="Changed before the page")
        portal.delete(DEAL, numbers[3])
        deal(portal, "Made meanwhile")

    bitrix24.plan.events[2 + 3] = meanwhile
    bitrix24_nights.land(1, DEAL)
    assert titles(bitrix24_nights, 1)[numbers[55]] == "Changed before the page"
    assert "Made meanwhile" in titles(bitrix24_nights, 1).values()
    bitrix24_nights.land(2, DEAL)
    assert titles(bitrix24_nights, 2) == truth(portal)


def test_a_stopped_first_load_goes_on_where_it_stopped(
    portal: Portal, bitrix24: Bitrix24Server, bitrix24_nights: Bitrix24Nights
) -> None:
    numbers = [deal(portal, f"Deal {number}") for number in range(1_000)]
    bitrix24_nights.patience = Patience(attempts=1)
    bitrix24.plan.faults = {2 + 4: "500"}
    with pytest.raises(SourceError, match="HTTP 500"):
        bitrix24_nights.land(1, DEAL, portion_records=50)
    bitrix24.plan.faults.clear()
    stopped = len(titles(bitrix24_nights, 1))
    assert 0 < stopped < 1_000
    portal.now += timedelta(hours=1)
    portal.write(DEAL, numbers[0], title="Changed after it was read")
    portal.delete(DEAL, numbers[1])
    report = bitrix24_nights.land(2, DEAL)[DEAL]
    left, changed_since = 1_000 - stopped, 999  # all were changed within an hour of the mark
    assert report.rows_read == left + changed_since
    assert titles(bitrix24_nights, 2) == truth(portal)


def test_hundreds_of_own_fields_land_whole(portal: Portal, bitrix24_nights: Bitrix24Nights) -> None:
    names = [f"UF_CRM_{number}_{'X' * 60}" for number in range(300)]
    number = deal(portal, **{name: name.lower() for name in names})
    bitrix24_nights.land(1, DEAL)
    record = bitrix24_nights.known(DEAL)[number]
    assert {name: record[name] for name in names} == {name: name.lower() for name in names}


def test_a_field_that_changes_its_type_lands(portal: Portal, bitrix24_nights: Bitrix24Nights) -> None:
    number = deal(portal, UF_CRM_1="12")
    bitrix24_nights.land(1, DEAL)
    portal.now += timedelta(days=1)
    portal.write(DEAL, number, UF_CRM_1=[12, 13])
    bitrix24_nights.land(2, DEAL)
    assert [bitrix24_nights.known(DEAL, night)[number]["UF_CRM_1"] for night in (1, 2)] == [
        "12",
        [12, 13],
    ]


def test_text_of_any_script_lands_and_what_no_database_holds_is_counted(
    portal: Portal, bitrix24_nights: Bitrix24Nights
) -> None:
    number = deal(portal, "Лампы 🙂 עברית a\0b \ud83d & = # ? [x] 100 %")
    report = bitrix24_nights.land(1, DEAL)[DEAL]
    assert titles(bitrix24_nights, 1)[number] == "Лампы 🙂 עברית ab  & = # ? [x] 100 %"
    assert report.characters_cleaned == 2


def test_an_earlier_night_reads_all_and_leaves_the_cursor(
    portal: Portal, bitrix24_nights: Bitrix24Nights
) -> None:
    deal(portal)
    bitrix24_nights.land(5, DEAL)
    query = "select * from ops.cursors where source = 'b24'"
    cursor = bitrix24_nights.connection.execute(query).fetchall()
    assert bitrix24_nights.land(2, DEAL)[DEAL].rows_read == 1
    assert bitrix24_nights.connection.execute(query).fetchall() == cursor
