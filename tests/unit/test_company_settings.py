"""company.yml: what each value must be, and how a wrong one is answered."""

from datetime import UTC

import pytest
from company_files import CompanyFiles

from yardstick.extract.moment_format import moment_parser


@pytest.fixture
def files(tmp_path):
    return CompanyFiles(tmp_path)


def test_a_company_that_is_right_has_no_problems(files):
    assert files.problems() == []


@pytest.mark.parametrize(
    ("old", "new", "field", "found", "expected"),
    [
        (
            "id: demo",
            "id: Demo Ltd",
            "id",
            "'Demo Ltd'",
            "lower-case letters, digits and _, first a letter, at most 31 of them",
        ),
        (
            "name: Nordlicht Instruments",
            "name: ''",
            "name",
            "a blank text",
            "the company's name as people read it",
        ),
        (
            "currency: EUR",
            "currency: EURO",
            "currency",
            "'EURO'",
            "an ISO 4217 currency code in capitals, such as EUR, USD or RUB",
        ),
        (
            "time_zone: Europe/Berlin",
            "time_zone: Europe/Belin",
            "time_zone",
            "'Europe/Belin'",
            "a time zone's IANA name, such as Europe/Berlin; did you mean 'Europe/Berlin'?",
        ),
        (
            "fiscal_year_start: 4",
            "fiscal_year_start: 13",
            "fiscal_year_start",
            "'13'",
            "the month in which the fiscal year starts, 1 to 12",
        ),
        (
            "fiscal_year_start: 4",
            "fiscal_year_start: April",
            "fiscal_year_start",
            "'April'",
            "the month in which the fiscal year starts, 1 to 12",
        ),
        (
            "country: DE",
            "country: Germany",
            "country",
            "'Germany'",
            "a country's two-letter ISO 3166 code in capitals, such as DE, US or RU",
        ),
        (
            "languages: [en, ru]",
            'working_hours: {from: "9", to: "18:00"}',
            "working_hours.from",
            "'9'",
            "a time of day as hours:minutes, from 00:00 to 24:00, such as 09:00",
        ),
        (
            "languages: [en, ru]",
            "working_hours: {from: 09:00, to: 24:01}",
            "working_hours.to",
            "'24:01'",
            "a time of day as hours:minutes, from 00:00 to 24:00, such as 09:00",
        ),
        (
            "languages: [en, ru]",
            "working_hours: {from: 18:00, to: 9:30}",
            "working_hours.to",
            "'09:30'",
            "a time later than 18:00, when work begins",
        ),
        (
            "languages: [en, ru]",
            "working_hours: {from: 9:00, to: 09:00}",
            "working_hours.to",
            "'09:00'",
            "a time later than 09:00, when work begins",
        ),
        (
            "languages: [en, ru]",
            "working_hours: {to: 09:00}",
            "working_hours.to",
            "'09:00'",
            "a time later than 09:00, when work begins",
        ),
        (
            "languages: [en, ru]",
            "working_hours: {from: 20:00}",
            "working_hours.to",
            "'18:00'",
            "a time later than 20:00, when work begins",
        ),
        ("languages: [en, ru]", "languages: [en, de]", "languages.2", "'de'", "'en' or 'ru'"),
        (
            "languages: [en, ru]",
            "languages: []",
            "languages",
            "an empty list",
            "the languages of titles and dashboards: en, ru or both",
        ),
        (
            "as_of: 2026-06-30",
            "as_of: 2026-06-31",
            "as_of",
            "'2026-06-31'",
            "a date that exists, as year-month-day, such as 2026-03-01",
        ),
        (
            "as_of: 2026-06-30",
            "as_of: 20260630",
            "as_of",
            "'20260630'",
            "a date that exists, as year-month-day, such as 2026-03-01",
        ),
        (
            "name: crm",
            "name: CRM",
            "sources.CRM.name",
            "'CRM'",
            "lower-case letters, digits and _, first a letter, at most 31 of them",
        ),
        (
            "kind: csv",
            "kind: excel",
            "sources.crm.kind",
            "'excel'",
            "'csv' or 'odoo' or 'hubspot' or 'bitrix24'",
        ),
        (
            "folder: export",
            "folder:",
            "sources.crm.folder",
            "nothing",
            "the folder of the export, relative to the company folder",
        ),
        (
            'delimiter: ";"',
            "delimiter: \\t",
            "sources.crm.delimiter",
            "'\\t'",
            'one character between two cells, such as "," or ";" (a tab is written "\\t" in double quotes)',
        ),
        (
            "folder: export",
            "encoding: utf-9\n    folder: export",
            "sources.crm.encoding",
            "'utf-9'",
            "the name of a text encoding, such as utf-8, cp1251 or cp1252",
        ),
        (
            "folder: export",
            "encoding: base64\n    folder: export",
            "sources.crm.encoding",
            "'base64'",
            "the name of a text encoding, such as utf-8, cp1251 or cp1252",
        ),
        ('decimal: ","', 'decimal: ";"', "sources.crm.decimal", "';'", "'.' or ','"),
        (
            'thousands: "."',
            'thousands: "00"',
            "sources.crm.thousands",
            "'00'",
            'one character between thousands, such as "," or " ", or "" for none',
        ),
        (
            'thousands: "."',
            'thousands: ","',
            "sources.crm.thousands",
            "',', which is before decimals too",
            'another character, or "" for none',
        ),
        (
            "crm.example.com/{entity}/{id}",
            "crm.example.com/{entity}",
            "sources.crm.record_url",
            "'https://crm.example.com/{entity}'",
            "a web address with {id} in it, such as https://crm.example.com/{entity}/{id}",
        ),
        (
            "crm.example.com/{entity}/{id}",
            "crm.example.com/{table}/{id}",
            "sources.crm.record_url",
            "'https://crm.example.com/{table}/{id}'",
            "no placeholder but {entity} and {id}",
        ),
        (
            "won: [won]",
            "won: []",
            "sources.crm.stages.won",
            "an empty list",
            "the stages of a won deal, at least one",
        ),
        (
            "lost: [lost]",
            "lost: [lost, offer]",
            "sources.crm.stages.lost.2",
            "'offer', which is in open too",
            "each stage once",
        ),
        (
            "subdivision: BY",
            "subdivision: BAY",
            "subdivision",
            "'BAY'",
            "one of BB, BE, BW, BY, HB, HE, HH, MV, NI, NW, RP, SH, SL, SN, ST, TH, Augsburg"
            "; did you mean 'BY'?",
        ),
    ],
)
def test_a_wrong_value_is_answered_with_what_belongs_there(files, old, new, field, found, expected):
    line = files.replace("company.yml", old, new)

    (problem,) = files.problems()

    assert problem == ("company.yml", line, field, found, expected)


@pytest.mark.parametrize(
    "written",
    ["%d.%m.%y", "%m/%Y", "%H:%M", "DD.MM.YYYY", "%Q", "%Y-%m-%d %I:%M", "%c", "%Y-%m-%d %H:%M %Z", "%Y-%j"],
)
def test_a_date_format_that_the_reader_would_refuse_is_refused_in_the_readers_words(files, written):
    line = files.replace("company.yml", 'closed_at: "%d.%m.%Y %H:%M"', f'closed_at: "{written}"')

    with pytest.raises(ValueError, match=r"\S") as refused:
        moment_parser(written, UTC)

    field = "sources.crm.entities.deals.date_formats.closed_at"
    assert files.problems() == [("company.yml", line, field, f"'{written}'", str(refused.value))]


@pytest.mark.parametrize("written", ["%Y-%m-%dT%H:%M:%S%z", "%d %b %Y", "%m/%d/%Y %I:%M %p"])
def test_a_date_format_that_gives_the_day_is_accepted(files, written):
    files.replace("company.yml", 'closed_at: "%d.%m.%Y %H:%M"', f'closed_at: "{written}"')

    assert files.problems() == []


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        ("", ("09:00", "18:00")),
        ("working_hours: {}", ("09:00", "18:00")),
        ("working_hours: {from: 8:30}", ("08:30", "18:00")),
        ("working_hours: {from: 00:00, to: 24:00}", ("00:00", "24:00")),
    ],
)
def test_work_is_from_nine_to_six_unless_the_company_says_otherwise(files, written, hours):
    files.append("company.yml", written)

    read = files.load().settings.working_hours

    assert (read.begin, read.end) == hours


def test_an_unknown_key_is_answered_with_the_known_ones_and_the_nearest(files):
    line = files.replace("company.yml", "country: DE", "county: DE")

    missing, unknown = files.problems()

    assert missing == (
        "company.yml",
        1,
        "country",
        "nothing",
        "the country whose public holidays are no working days, such as DE",
    )
    assert unknown == (
        "company.yml",
        line,
        "county",
        "the unknown key 'county'",
        "one of id, name, currency, time_zone, fiscal_year_start, country, subdivision, working_hours, "
        "languages, preview, attainment_cap, plan, as_of, digest, sources; did you mean 'country'?",
    )


def test_an_unknown_entity_or_field_is_answered_with_the_nearest(files):
    entity = files.replace("company.yml", "people:", "peeple:")
    field = files.replace("company.yml", "owner_id: seller", "owner: seller")

    unknown_entity, missing_field, unknown_field = files.problems()

    assert unknown_entity[1:4] == (entity, "sources.crm.entities.peeple", "the unknown key 'peeple'")
    assert unknown_entity[4].endswith("; did you mean 'people'?")
    assert missing_field[2:] == (
        "sources.crm.entities.deals.fields.owner_id",
        "nothing",
        "field: the file's column, at least for id, owner_id, stage, amount, created_at, closed_at",
    )
    assert unknown_field[1:4] == (field, "sources.crm.entities.deals.fields.owner", "the unknown key 'owner'")
    assert unknown_field[4].endswith("; did you mean 'owner_id'?")


def test_a_date_format_is_for_a_moment_and_not_for_a_text(files):
    line = files.replace("company.yml", 'closed_at: "%d.%m.%Y %H:%M"', 'stage: "%d.%m.%Y"')

    (problem,) = files.problems()

    assert problem == (
        "company.yml",
        line,
        "sources.crm.entities.deals.date_formats.stage",
        "the unknown key 'stage'",
        "one of created_at, expected_close_at, closed_at, modified_at",
    )


def test_a_format_or_alias_of_a_field_without_a_column_is_refused(files):
    line = files.replace("company.yml", 'closed_at: "%d.%m.%Y %H:%M"', 'modified_at: "%d.%m.%Y"')

    assert files.problems() == [
        (
            "company.yml",
            line,
            "sources.crm.entities.deals.date_formats.modified_at",
            "a field that has no column",
            "a column for modified_at under fields, or nothing here",
        )
    ]


def test_deals_need_stages(files):
    files.replace(
        "company.yml", "    stages:\n      open: [lead, offer]\n      won: [won]\n      lost: [lost]\n", ""
    )

    (problem,) = files.problems()

    assert problem[2:] == (
        "sources.crm.stages",
        "nothing",
        "open, won and lost, each with its stages, for deals have stages",
    )


def test_a_team_without_a_region_has_no_place(files):
    line = files.replace("company.yml", "          region: area\n", "") - 4

    (problem,) = files.problems()

    assert problem == (
        "company.yml",
        line,
        "sources.crm.entities.people.fields",
        "one of team and region",
        "team and region, both or neither: a team without a region has no place in the company",
    )


def test_two_sources_have_two_names(files):
    line = files.append(
        "company.yml",
        "  - {name: crm, kind: csv, folder: export, delimiter: ';', date_format: '%Y-%m-%d', "
        "entities: {people: {file: people.csv, fields: {id: login}}}}",
    )

    assert files.problems() == [
        ("company.yml", line, "sources.crm.name", "a second source 'crm'", "a name of its own")
    ]
