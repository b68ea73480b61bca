"""What company.yml may say of a HubSpot, and how it answers what it may not."""

from pathlib import Path

import pytest
from company_files import CompanyFiles

from yardstick.company import HubspotSource

HUBSPOT = """\
  - name: hubspot
    kind: hubspot
    token: {env: HUBSPOT_TOKEN}
    entities: [people, deals, activities, targets]
    fields: {deals: {kind: dealtype}}
    goals: {Quota: bookings}
    teams: {DACH: red}
"""


@pytest.fixture
def files(tmp_path: Path) -> CompanyFiles:
    """A company with a CSV export and a HubSpot."""
    made = CompanyFiles(tmp_path)
    made.append("company.yml", HUBSPOT)
    return made


def test_a_hubspot_is_read(files: CompanyFiles) -> None:
    source = files.load().source("hubspot")
    assert isinstance(source, HubspotSource)
    assert (source.url, source.token.env) == ("https://api.hubapi.com", "HUBSPOT_TOKEN")
    landed = {landing.entity for landing in source.landings}
    assert landed >= {"owners", "deals", "deals_companies", "calls", "calls_deals", "goal_targets"}
    assert not landed & {"leads", "calls_leads", "contacts", "line_items", "deal_splits"}


def test_what_it_gives_is_what_hubspot_has_and_what_the_company_maps(files: CompanyFiles) -> None:
    given = set(files.load().source("hubspot").given_fields())
    assert {("deals", "kind"), ("deals", "account_id"), ("activities", "direction")} <= given
    assert not {("deals", "product_id"), ("quotes", "id"), ("people", "region")} & given


def test_what_hangs_on_leads_is_given_only_where_leads_are_taken(files: CompanyFiles) -> None:
    on_leads = {("deals", "lead_id"), ("activities", "lead_id")}
    assert not on_leads & set(files.load().source("hubspot").given_fields())
    files.replace("company.yml", "[people, deals,", "[people, leads, deals,")
    assert on_leads <= set(files.load().source("hubspot").given_fields())


@pytest.mark.parametrize(
    ("old", "new", "field", "found", "expected"),
    [
        (
            "{env: HUBSPOT_TOKEN}",
            "pat-eu1-123",
            "token",
            "'pat-eu1-123'",
            "where the private app's token is: {env: NAME} or {connection: ID}",
        ),
        (
            "deals, activities",
            "deal, activities",
            "entities.2",
            "'deal'",
            "one of people, accounts, products, deals, deal_splits, stage_entries, leads, activities, lines, "
            "targets; did you mean 'deals'?",
        ),
        (
            "    goals: {Quota: bookings}\n",
            "    calls_in_10_seconds: 5\n",
            "calls_in_10_seconds",
            "'5'",
            "how many calls HubSpot allows in ten seconds, 10 or more: 100 on Free and Starter, 190 if left "
            "out",
        ),
    ],
)
def test_a_wrong_value_is_answered_with_what_belongs_there(
    files: CompanyFiles, old: str, new: str, field: str, found: str, expected: str
) -> None:
    line = files.replace("company.yml", old, new)
    assert ("company.yml", line, f"sources.hubspot.{field}", found, expected) in files.problems()


@pytest.mark.parametrize("key", ["goals", "teams"])
def test_goals_and_teams_are_refused_where_no_targets_are_taken(files: CompanyFiles, key: str) -> None:
    files.replace("company.yml", ", targets]", "]")
    found = [problem for problem in files.problems() if problem[2] == f"sources.hubspot.{key}"]
    assert [problem[3:] for problem in found] == [
        (f"{key} whose targets are not taken", "targets among entities, or nothing here")
    ]
