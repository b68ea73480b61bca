"""What company.yml may say of an Odoo, and how it answers what it may not."""

from pathlib import Path

import pytest
from company_files import CompanyFiles

from yardstick.company import OdooSource

ODOO = """\
  - name: odoo
    kind: odoo
    url: https://acme.example
    database: acme
    user: bi@acme.example
    api_key: {env: ODOO_API_KEY}
    entities: [people, deals, lines, targets]
    stages: {lost: [Lost]}
    fields: {deals: {kind: x_studio_kind}, lines: {unit_cost: purchase_price}}
    teams: {Direct: red}
"""


@pytest.fixture
def files(tmp_path: Path) -> CompanyFiles:
    """A company with a CSV export and an Odoo."""
    made = CompanyFiles(tmp_path)
    made.append("company.yml", ODOO)
    return made


def test_an_odoo_is_read(files: CompanyFiles) -> None:
    source = files.load().source("odoo")
    assert isinstance(source, OdooSource)
    assert source.api_key.env == "ODOO_API_KEY"
    assert {landing.entity for landing in source.landings} >= {"crm_lead", "sale_order_line", "crm_stage"}
    assert "account_move" not in {landing.entity for landing in source.landings}


def test_what_it_gives_is_what_odoo_has_and_what_the_company_maps(files: CompanyFiles) -> None:
    given = set(files.load().source("odoo").given_fields())
    assert {("deals", "kind"), ("lines", "unit_cost"), ("deals", "account_id")} <= given
    assert not {("deals", "product_id"), ("quotes", "id"), ("activities", "direction")} & given


@pytest.mark.parametrize(
    ("old", "new", "field", "found", "expected"),
    [
        (
            "url: https://acme.example",
            "url: acme.example",
            "url",
            "'acme.example'",
            "a web address without user, password or query, such as https://acme.odoo.com",
        ),
        (
            "url: https://acme.example",
            "url: https://me:secret@acme.example",
            "url",
            "'https://me:secret@acme.example'",
            "a web address without user, password or query, such as https://acme.odoo.com",
        ),
        (
            "{env: ODOO_API_KEY}",
            "abc123",
            "api_key",
            "'abc123'",
            "where the key is: {env: NAME} or {connection: ID}",
        ),
        (
            "{env: ODOO_API_KEY}",
            "{env: A, connection: b}",
            "api_key",
            "a mapping of keys",
            "either env: the name of an environment variable, or connection: of Airflow's",
        ),
        (
            "[people, deals, lines, targets]",
            "[people, deal, lines, targets]",
            "entities.2",
            "'deal'",
            "one of people, accounts, products, deals, stage_entries, leads, activities, quotes, lines, "
            "invoices, payments, targets; did you mean 'deals'?",
        ),
        (
            "lines, targets]",
            "lines]",
            "teams",
            "teams whose targets are not taken",
            "targets among entities, or nothing here",
        ),
        (
            "kind: x_studio_kind",
            "kind: Kind of deal",
            "fields.deals.kind",
            "'Kind of deal'",
            "the technical name of a field, such as x_studio_kind",
        ),
        (
            "database: acme",
            "databse: acme",
            "databse",
            "the unknown key 'databse'",
            "one of name, kind, url, database, user, api_key, record_url, entities, stages, fields, teams"
            "; did you mean 'database'?",
        ),
    ],
)
def test_a_wrong_value_is_answered_with_what_belongs_there(
    files: CompanyFiles, old: str, new: str, field: str, found: str, expected: str
) -> None:
    line = files.replace("company.yml", old, new)
    if field == "teams":
        line += 3
    problems = files.problems()
    assert ("company.yml", line, f"sources.odoo.{field}", found, expected) in problems


def test_a_source_without_a_kind_is_asked_for_it(files: CompanyFiles) -> None:
    files.replace("company.yml", "    kind: odoo\n", "")
    [(_, line, field, found, _)] = files.problems()
    assert (field, found) == ("sources.odoo.kind", "nothing")
    text = (files.folder / "company.yml").read_text(encoding="utf-8")
    assert line == text[: text.index("- name: odoo")].count("\n") + 1
