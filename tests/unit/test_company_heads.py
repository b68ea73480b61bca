"""Heads and deputies of org.csv: who answers for a region, a team or the company on a day."""

from datetime import date

import pytest
from company_files import CompanyFiles

from yardstick.company import Head


@pytest.fixture
def files(tmp_path):
    return CompanyFiles(tmp_path)


def test_a_person_may_head_two_teams_at_once_and_sell_in_one(files):
    files.append("org.csv", "anna,head,,red,2025-06-01,,,,")
    files.append("org.csv", "anna,head,,green,,,,,")

    assert files.load().heads == (
        Head("anna", "Anna Ahlers", "red", "head", date(2025, 6, 1), None),
        Head("anna", "Anna Ahlers", "green", "head", None, None),
    )


def test_a_head_in_no_team_is_named_by_the_row_and_is_no_node(files):
    files.append("org.csv", "ada,head,Ada Adler,demo,,,,,")

    company = files.load()

    assert company.heads == (Head("ada", "Ada Adler", "demo", "head", None, None),)
    assert "ada" not in {edge.node for edge in company.org_edges} | {person.id for person in company.people}


def test_a_head_in_no_team_may_be_away(files):
    files.append("org.csv", "ada,head,Ada Adler,demo,,,,,")
    files.append("absences.csv", "ada,2026-05-04,2026-05-08,leave")

    assert files.problems() == []


def test_people_and_teams_of_an_export_head_and_are_headed_by_their_ids(files):
    files.append("org.csv", "c.conrad,head,,blue,,,,,")

    assert files.load().heads == (Head("c.conrad", None, "blue", "head", None, None),)


def test_a_deputy_stands_in_for_some_days_and_hands_over_to_another(files):
    files.append("org.csv", "anna,head,,red,,,,,")
    files.append("org.csv", "boris,deputy,,red,2026-03-02,2026-03-09,,,")
    files.append("org.csv", "ada,deputy,Ada Adler,red,2026-03-09,2026-03-16,,,")

    assert files.problems() == []


def test_a_deputy_may_stay_for_as_long_as_there_is_no_head(files):
    files.append("org.csv", "anna,head,,red,,2026-03-02,,,")
    files.append("org.csv", "boris,deputy,,red,2026-02-23,,,,")

    assert files.problems() == []


@pytest.mark.parametrize(
    ("row", "field", "found", "expected"),
    [
        ("boris,head,,,,,,,", "parent", "nothing", "the company, a region or a team: what the head heads"),
        (
            "boris,head,,rad,,,,,",
            "parent",
            "the unknown node 'rad'",
            "the company, a region or a team of org.csv or of an export; did you mean 'red'?",
        ),
        (
            "boris,head,,anna,,,,,",
            "parent",
            "'anna', a person",
            "the company, a region or a team, as parent of a head",
        ),
        ("north,deputy,,red,2026-03-01,2026-04-01,,,", "node", "'north', a region", "a person, as deputy"),
        (
            "borys,head,,red,,,,,",
            "node",
            "the unknown person 'borys'",
            "a person of org.csv or of an export, or a name in the row for someone in no team; "
            "did you mean 'boris'?",
        ),
        (
            "unassigned,head,Nobody,red,,,,,",
            "node",
            "'unassigned'",
            "another id: this one is taken by rows without an owner",
        ),
        (
            "boris,head,Boris B.,red,,,,,",
            "name",
            "'Boris B.', where line 8 has 'Boris Brandt'",
            "the same name in all rows of 'boris', or a blank cell",
        ),
        (
            "boris,head,,red,2026-05-01,2026-05-01,,,",
            "valid_to",
            "2026-05-01",
            "a day after valid_from 2026-05-01: valid_to is the first day on which it no longer holds",
        ),
        (
            "boris,head,,red,,,,,crm:7",
            "crm_ids",
            "a value",
            "a blank cell: crm_ids belongs to the person's row of kind person",
        ),
        (
            "ada,head,Ada,north,2026-01-01,,,,",
            "valid_from",
            "2026-01-01, while line 9 holds until further notice",
            "one head of 'north' at a time: end the earlier row where this one begins",
        ),
        (
            "boris,deputy,,north,2026-03-08,2026-03-10,,,",
            "valid_from",
            "2026-03-08, while line 10 holds until 2026-03-09",
            "one deputy of 'north' at a time: end the earlier row where this one begins",
        ),
        (
            "boris,deputy,,north,2026-05-04,,,,",
            "valid_to",
            "nothing",
            "the first day on which the head of 'north', in line 9, is back; "
            "who takes over for good is a head",
        ),
        (
            "anna,deputy,,north,2026-05-04,2026-05-05,,,",
            "node",
            "'anna', whom line 9 makes the head of 'north'",
            "someone else, as deputy",
        ),
    ],
)
def test_a_row_of_a_head_that_cannot_be_is_refused(files, row, field, found, expected):
    files.append("org.csv", "anna,head,,north,,,,,")
    files.append("org.csv", "boris,deputy,,north,2026-03-02,2026-03-09,,,")
    line = files.append("org.csv", row)

    assert files.problems() == [("org.csv", line, field, found, expected)]


def test_the_names_of_a_head_in_no_team_agree(files):
    files.append("org.csv", "ada,head,Ada Adler,demo,,,,,")
    line = files.append("org.csv", "ada,head,Ada Alder,north,,,,,")

    assert files.problems() == [
        (
            "org.csv",
            line,
            "name",
            "'Ada Alder', where line 9 has 'Ada Adler'",
            "the same name in all rows of 'ada', or a blank cell",
        )
    ]
