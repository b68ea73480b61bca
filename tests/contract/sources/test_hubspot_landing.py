"""What lands of a HubSpot: everything there is, only what changed, and nothing that is gone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from doubles.hubspot.account import HubspotAccount
from doubles.hubspot.properties import OWN_NUMBER, OWN_TEXT
from doubles.hubspot.server import HubspotServer, Limits
from hubspot_night import HubspotNights
from landed_hashes import hashed_otherwise

from yardstick.errors import SourceError
from yardstick.extract.api_client import Patience
from yardstick.extract.hubspot_objects import HubspotObject, tables_for

DEALS, LINES = "deals", "line_items"
ALL_ENTITIES = ["people", "deals", "leads", "activities", "lines", "deal_splits", "targets"]


def deal(account: HubspotAccount, name: str = "Lamps", **values: Any) -> int:
    return account.create(DEALS, dealname=name, **values)


def names(nights: HubspotNights, number: int) -> dict[int, str]:
    return {key: record["dealname"] for key, record in nights.known(DEALS, number).items()}


def truth(account: HubspotAccount) -> dict[int, str | None]:
    there = account.records[DEALS].items()
    return {number: record.values["dealname"] for number, record in there if not record.archived}


def test_a_record_lands_as_its_properties_without_what_is_empty_and_with_its_stages(
    account: HubspotAccount, hubspot_nights: HubspotNights
) -> None:
    made = datetime(2026, 2, 3, 20, 30, 15, 250_000, tzinfo=UTC)
    number = deal(account, at=made, amount="1250.5", dealstage="new", hubspot_owner_id=42, dealtype=None)
    account.update(DEALS, number, at=made + timedelta(days=1), by=542, dealstage="won")
    hubspot_nights.land(1, DEALS)
    assert hubspot_nights.known(DEALS) == {
        number: {
            "id": number,
            "dealname": "Lamps",
            "amount": "1250.5",
            "dealstage": "won",
            "hubspot_owner_id": "42",
            "createdate": "2026-02-03T20:30:15.250Z",
            "dealstage_history": [
                {"value": "new", "timestamp": "2026-02-03T20:30:15.250Z"},
                {"value": "won", "timestamp": "2026-02-04T20:30:15.250Z", "updatedByUserId": 542},
            ],
            "hs_object_id": str(number),
        }
    }
    found = hubspot_nights.connection.execute("select source_modified_at from landed.hubspot_deals")
    assert found.fetchall() == [(made + timedelta(days=1),)]


def test_what_no_database_holds_is_left_out_and_counted(
    account: HubspotAccount, hubspot_nights: HubspotNights
) -> None:
    number = deal(account, "a\0b \ud83d 🙂 ‏עברית")
    report = hubspot_nights.land(1, DEALS)[DEALS]
    assert hubspot_nights.known(DEALS)[number]["dealname"] == "ab  🙂 ‏עברית"
    assert report.characters_cleaned == 2
    assert hashed_otherwise(hubspot_nights.connection, "raw_hubspot.deals") == []


def test_three_hundred_properties_of_the_accounts_own_land_whole(
    account: HubspotAccount, hubspot_nights: HubspotNights
) -> None:
    own = [f"a_rather_long_name_of_a_property_that_somebody_made_for_deals_{n}" for n in range(300)]
    account.types[DEALS] |= dict.fromkeys(own, OWN_TEXT)
    number = deal(account, **{name: name.upper() for name in own})
    hubspot_nights.land(1, DEALS)
    record = hubspot_nights.known(DEALS)[number]
    assert {name: record[name] for name in own} == {name: name.upper() for name in own}


def test_a_property_that_changes_its_kind_goes_on_landing(
    account: HubspotAccount, hubspot_nights: HubspotNights
) -> None:
    account.types[DEALS]["size"] = OWN_TEXT
    number = deal(account, size="large")
    hubspot_nights.land(1, DEALS)
    account.types[DEALS]["size"] = OWN_NUMBER
    account.update(DEALS, number, size="12.5")
    hubspot_nights.land(2, DEALS)
    assert [hubspot_nights.known(DEALS, night)[number]["size"] for night in (1, 2)] == ["large", "12.5"]


def test_owners_who_left_and_stages_with_ids_of_text_land_whole(
    account: HubspotAccount, hubspot_nights: HubspotNights
) -> None:
    account.owner(42, "Anna", teams=[{"id": "7", "name": "North", "primary": True}])
    account.owner(43, "Ben", archived=True, userId=None)
    account.pipeline("default", "Sales", [("closedwon", "Closed won", 1.0, True), ("991", "Lost", 0.0, True)])
    hubspot_nights.land(1, "owners", "deal_stages")
    owners, stages = hubspot_nights.known("owners"), hubspot_nights.known("deal_stages")
    assert owners[42]["teams"] == [{"id": "7", "name": "North", "primary": True}]
    assert (owners[43]["archived"], owners[43]["userIdIncludingInactive"]) == (True, 543)
    assert "email" not in owners[42]
    assert stages["closedwon"]["metadata"] == {"isClosed": "true", "probability": "1.0"}
    assert stages[991]["pipeline"]["label"] == "Sales"
    account.pipelines[0]["stages"].pop()
    hubspot_nights.land(2, "deal_stages")
    assert set(hubspot_nights.known("deal_stages", 2)) == {"closedwon"}


def test_more_than_the_search_shows_come_if_a_pipeline_edit_touches_them_and_make_no_version(
    account: HubspotAccount, hubspot_nights: HubspotNights, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As 10,000 and more: here the cap is 30, and all 95 were modified in the same instant."""
    monkeypatch.setattr("doubles.hubspot.server.SEARCH_CAP", 30)
    monkeypatch.setattr("yardstick.extract.hubspot.FOUND_A_PAGE", 10)
    numbers = [deal(account, f"Deal {n}") for n in range(95)]
    hubspot_nights.land(1, DEALS)
    account.now += timedelta(days=1)
    for number in numbers:
        account.update(DEALS, number, at=account.now)
    account.update(DEALS, numbers[94], at=account.now, dealname="Changed")
    report = hubspot_nights.land(2, DEALS)[DEALS]
    assert (report.rows_read, report.versions_added) == (95, 1)
    assert names(hubspot_nights, 2) == truth(account)


def test_nothing_changed_makes_no_version(account: HubspotAccount, hubspot_nights: HubspotNights) -> None:
    number, owner = deal(account, dealstage="new"), account.owner(42, "Anna")
    company = account.create("companies", name="Acme")
    account.link(DEALS, number, "companies", company, 5)
    account.split(number, (owner, "1.0"))
    hubspot_nights.land(1)
    reports = hubspot_nights.land(2)
    assert {name: report.versions_added for name, report in reports.items() if report.versions_added} == {}
    assert reports[DEALS].records_alive == 1


def test_a_change_in_the_millisecond_of_the_last_mark_is_seen(
    account: HubspotAccount, hubspot_nights: HubspotNights
) -> None:
    number = deal(account)
    hubspot_nights.land(1, DEALS)
    account.update(DEALS, number, at=account.records[DEALS][number].updated, dealname="Chairs")
    hubspot_nights.land(2, DEALS)
    assert names(hubspot_nights, 2) == {number: "Chairs"}


def test_a_change_that_the_index_shows_late_is_seen_the_night_after(
    account: HubspotAccount, hubspot_nights: HubspotNights
) -> None:
    number = deal(account)
    account.now += timedelta(days=1)
    deal(account, "Later")
    hubspot_nights.land(1, DEALS)
    account.now += timedelta(days=1)
    account.index_lag = timedelta(minutes=30)
    account.update(DEALS, number, dealname="Chairs")
    account.index_lag = timedelta(0)
    deal(account, "Later, and shown at once")
    hubspot_nights.land(2, DEALS)
    assert names(hubspot_nights, 2)[number] == "Lamps"
    account.now += timedelta(days=1)
    hubspot_nights.land(3, DEALS)
    assert names(hubspot_nights, 3)[number] == "Chairs"


def test_a_record_that_the_index_does_not_show_yet_is_found_by_its_id(
    account: HubspotAccount, hubspot_nights: HubspotNights
) -> None:
    deal(account)
    hubspot_nights.land(1, DEALS)
    account.index_lag = timedelta(minutes=5)
    made = deal(account, "New")
    hubspot_nights.land(2, DEALS)
    assert names(hubspot_nights, 2)[made] == "New"


def test_what_the_index_says_wrongly_is_read_as_it_is(
    account: HubspotAccount, hubspot_nights: HubspotNights
) -> None:
    number, gone = deal(account), deal(account, "Gone")
    hubspot_nights.land(1, DEALS)
    account.update(DEALS, number, dealname="Chairs")
    account.index_lag = timedelta(minutes=5)
    account.update(DEALS, number, dealname="Tables")
    account.archive(DEALS, gone)
    hubspot_nights.land(2, DEALS)
    assert names(hubspot_nights, 2) == {number: "Tables"}


def test_a_date_in_the_future_hides_no_later_change(
    account: HubspotAccount, hubspot_nights: HubspotNights
) -> None:
    number = deal(account)
    deal(account, "From a clock that is fast", at=datetime(2099, 1, 1, tzinfo=UTC))
    hubspot_nights.land(1, DEALS)
    account.update(DEALS, number, at=datetime.now(UTC), dealname="Chairs")
    hubspot_nights.land(2, DEALS)
    assert names(hubspot_nights, 2)[number] == "Chairs"


def test_what_is_deleted_merged_or_purged_is_gone_that_night_and_restored_is_back(
    account: HubspotAccount, hubspot_nights: HubspotNights
) -> None:
    archived, purged, winner, loser = (deal(account, name) for name in ("Bin", "Purged", "Winner", "Loser"))
    hubspot_nights.land(1, DEALS)
    account.now += timedelta(days=1)
    account.archive(DEALS, archived)
    account.purge(DEALS, purged)
    account.merge(DEALS, winner, loser)
    report = hubspot_nights.land(2, DEALS)[DEALS]
    assert report.records_deleted == 3
    assert names(hubspot_nights, 1).keys() == {archived, purged, winner, loser}
    assert names(hubspot_nights, 2) == {winner: "Winner"}
    account.now += timedelta(days=1)
    account.restore(DEALS, archived)
    hubspot_nights.land(3, DEALS)
    assert names(hubspot_nights, 3) == {winner: "Winner", archived: "Bin"}


def test_links_and_splits_are_seen_although_they_move_no_modified_time(
    account: HubspotAccount, hubspot_nights: HubspotNights
) -> None:
    number, line, anna = deal(account), account.create(LINES, quantity=1), account.owner(42, "Anna")
    first, second = (account.create("companies", name=name) for name in ("Acme", "Bolt"))
    account.link(DEALS, number, "companies", first, 341)
    account.split(number, (anna, "1.0"))
    hubspot_nights.land(1)
    account.now += timedelta(days=9)
    account.unlink(DEALS, number, "companies", first)
    account.link(DEALS, number, "companies", second, 5)
    account.link(DEALS, number, "companies", second, 341)
    account.link(LINES, line, DEALS, number)
    account.split(number, (anna, "0.4"), (account.owner(43, "Ben"), "0.6"))
    hubspot_nights.land(2)
    assert hubspot_nights.known("deals_companies", 1)[number]["to"] == [{"id": first, "types": [341]}]
    linked = hubspot_nights.known("deals_companies", 2)[number]["to"]
    assert linked == [{"id": second, "types": [5, 341]}]
    assert [set(hubspot_nights.known("line_items_deals", night)) for night in (1, 2)] == [set(), {line}]
    shares = hubspot_nights.known("deal_splits", 2).values()
    assert sorted(share["hs_deal_split_percentage"] for share in shares) == ["0.4", "0.6"]


def test_of_a_record_with_more_links_than_a_page_shows_all_come(
    account: HubspotAccount, hubspot_nights: HubspotNights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("doubles.hubspot.server.FOUND", 4)
    monkeypatch.setattr("yardstick.extract.hubspot.FOUND_A_PAGE", 4)
    number = deal(account)
    companies = [account.create("companies", name=f"Company {n}") for n in range(11)]
    for company in companies:
        account.link(DEALS, number, "companies", company)
    hubspot_nights.land(1, DEALS, "deals_companies")
    linked = hubspot_nights.known("deals_companies")[number]["to"]
    assert [link["id"] for link in linked] == companies


def test_of_contacts_only_those_of_leads_come(account: HubspotAccount, hubspot_nights: HubspotNights) -> None:
    lead = account.create("leads", hs_lead_name="Anna")
    contact, _ = (account.create("contacts", hs_analytics_source="ORGANIC_SEARCH") for _ in range(2))
    account.link("leads", lead, "contacts", contact, 578)
    hubspot_nights.land(1)
    assert set(hubspot_nights.known("contacts")) == {contact}
    assert hubspot_nights.known("contacts")[contact]["hs_analytics_source"] == "ORGANIC_SEARCH"


def test_a_record_changed_while_pages_are_read_is_asked_for_the_next_night(
    account: HubspotAccount,
    hubspot_nights: HubspotNights,
    hubspot: HubspotServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("yardstick.extract.hubspot.READ_WITH_HISTORY", 2)
    numbers = [deal(account, f"Deal {n}") for n in range(6)]

    def meanwhile() -> None:
        account.now += timedelta(hours=30)
        account.update(DEALS, numbers[0], dealname="Changed behind the page")
        account.archive(DEALS, numbers[5])
        deal(account, "Made meanwhile")

    # Signing in, the mark, the ids, the properties: the first page is the sixth request.
    hubspot.plan.events[7] = meanwhile
    hubspot_nights.land(1, DEALS)
    assert names(hubspot_nights, 1)[numbers[0]] == "Deal 0"
    assert "Made meanwhile" in names(hubspot_nights, 1).values()
    hubspot_nights.land(2, DEALS)
    assert names(hubspot_nights, 2) == truth(account)


def test_a_stopped_first_load_goes_on_where_it_stopped(
    account: HubspotAccount,
    hubspot_nights: HubspotNights,
    hubspot: HubspotServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("yardstick.extract.hubspot.READ_WITH_HISTORY", 10)
    numbers = [deal(account, f"Deal {n}") for n in range(100)]
    hubspot_nights.patience = Patience(attempts=1)
    hubspot.plan.faults = dict.fromkeys(range(11, 40), "500")
    with pytest.raises(SourceError, match="HTTP 500"):
        hubspot_nights.land(1, DEALS, portion_records=20)
    hubspot.plan.faults.clear()
    stopped = len(hubspot_nights.known(DEALS, 1))
    assert 0 < stopped < 100
    assert stopped % 20 == 0
    account.now += timedelta(hours=1)
    account.update(DEALS, numbers[0], dealname="Changed after it was read")
    account.archive(DEALS, numbers[1])
    report = hubspot_nights.land(2, DEALS, portion_records=20)[DEALS]
    left, changed_since = 100 - stopped, 99  # all were changed within an hour of the mark
    assert report.rows_read == left + changed_since
    assert report.is_complete
    assert names(hubspot_nights, 2) == truth(account)


def test_a_full_night_reads_all_again_and_makes_no_version(
    account: HubspotAccount, hubspot_nights: HubspotNights
) -> None:
    deal(account)
    account.now += timedelta(days=9)
    deal(account)
    hubspot_nights.land(1, DEALS)
    assert hubspot_nights.land(2, DEALS)[DEALS].rows_read == 1
    report = hubspot_nights.land(3, DEALS, is_full=True)[DEALS]
    assert (report.rows_read, report.versions_added) == (2, 0)


def test_a_night_costs_calls_for_what_changed_and_pages_of_ids_and_links(
    account: HubspotAccount, hubspot_nights: HubspotNights, hubspot: HubspotServer
) -> None:
    """Of each type ten pages of ids for a thousand records, and one of each kind of link."""
    for n in range(2_999):
        deal(account, f"Deal {n}")
    account.now += timedelta(days=1)
    deal(account, "The last, which is asked for again")
    hubspot_nights.settings = {"entities": ["people", "deals", "leads", "activities", "lines"]}
    hubspot_nights.land(1)
    account.now += timedelta(days=1)
    for number in list(account.records[DEALS])[:149]:
        account.update(DEALS, number, dealname="Changed")
    begun = len(hubspot.requests)
    reports = hubspot_nights.land(2)
    calls = len(hubspot.requests) - begun
    # The mark, a search, the properties, 150 in batches of 50, and 30 pages of ids; of the links 3 batches.
    assert reports[DEALS].calls == 1 + 1 + 1 + 3 + 30
    assert reports["deals_companies"].calls == 3
    of_types = sum(isinstance(table, HubspotObject) for table in tables_for(hubspot_nights.source.entities))
    signing_in, owners_and_stages, mark_list_ids = 2, 3, 3
    assert calls == signing_in + owners_and_stages + 36 + 3 + (of_types - 1) * mark_list_ids


def test_it_never_asks_faster_than_the_account_allows(
    account: HubspotAccount, hubspot_nights: HubspotNights, hubspot: HubspotServer
) -> None:
    for n in range(3_000):
        deal(account, f"Deal {n}")
    hubspot.limits = Limits(hubspot_nights.clock, in_ten_seconds=100)
    hubspot_nights.settings = {"calls_in_10_seconds": 100, "entities": ["deals", "lines"]}
    begun = hubspot_nights.now
    hubspot_nights.land(1)
    account.now += timedelta(days=1)
    hubspot_nights.land(2)
    assert hubspot.refusals == 0
    assert len(hubspot.requests) > 200
    assert hubspot_nights.now - begun > 10
