"""org.csv and the people of the exports: one tree at any time."""

from datetime import date
from decimal import Decimal

import pytest
from company_files import CompanyFiles

from yardstick.company import OrgEdge, Person, PersonId


@pytest.fixture
def files(tmp_path):
    return CompanyFiles(tmp_path)


def test_a_mover_has_an_edge_for_each_team(files):
    edges = [edge for edge in files.load().org_edges if edge.node == "anna"]

    assert edges == [
        OrgEdge("anna", "person", "Anna Ahlers", "red", date(2025, 1, 1), date(2026, 2, 1)),
        OrgEdge("anna", "person", "Anna Ahlers", "green", date(2026, 2, 1), None),
    ]


def test_a_person_is_described_once_by_any_of_the_persons_rows(files):
    assert files.load().people == (
        Person("anna", "Anna Ahlers", date(2024, 9, 1), Decimal("0.8")),
        Person("boris", "Boris Brandt", None, Decimal(1)),
    )


def test_an_id_in_a_source_may_hold_colons_and_blanks(files):
    files.replace("org.csv", "crm:b.brandt", "crm:Boris : B; crm:42")

    assert files.load().person_ids == (
        PersonId("crm", "a.ahlers", "anna"),
        PersonId("crm", "Boris : B", "boris"),
        PersonId("crm", "42", "boris"),
    )


def test_the_company_may_have_a_row_of_its_own_which_is_no_edge(files):
    files.append("org.csv", "demo,company,Nordlicht Instruments,,,,,,")

    assert "demo" not in {edge.node for edge in files.load().org_edges}


@pytest.mark.parametrize(
    ("row", "field", "found", "expected"),
    [
        (
            "carl,person,,read,,,,,",
            "parent",
            "the unknown parent 'read'",
            "a team of org.csv or of an export; did you mean 'red'?",
        ),
        ("carl,person,,north,,,,,", "parent", "'north', a region", "a team, as parent of a person"),
        ("pink,team,,red,,,,,", "parent", "'red', a team", "a region, as parent of a team"),
        ("carl,person,,,,,,,", "parent", "nothing", "the team that the person belongs to"),
        ("acme,company,,,,,,,", "node", "the company 'acme'", "the id of company.yml, 'demo'"),
        ("demo,company,,north,,,,,", "parent", "'north'", "a blank cell: nothing is above the company"),
        (
            "unassigned,person,,red,,,,,",
            "node",
            "'unassigned'",
            "another id: this one is taken by rows without an owner",
        ),
        (
            "carl,person,,red,2026-05-01,2026-05-01,,,",
            "valid_to",
            "2026-05-01",
            "a day after valid_from 2026-05-01: valid_to is the first day on which it no longer holds",
        ),
        (
            "boris,person,,green,2026-01-01,,,,",
            "valid_from",
            "2026-01-01, while line 8 holds until further notice",
            "one place at a time for 'boris': end the earlier row where this one begins",
        ),
        (
            "pink,team,,north,,,2026-01-01,,",
            "hired_on",
            "a value",
            "a blank cell: only a person has hired_on",
        ),
        ("pink,team,,north,,,,,crm:7", "crm_ids", "a value", "a blank cell: only a person has crm_ids"),
        (
            "carl,person,,red,,,,,crn:7",
            "crm_ids",
            "the unknown source 'crn'",
            "one of company.yml's sources: crm; did you mean 'crm'?",
        ),
        (
            "carl,person,,red,,,,,7",
            "crm_ids",
            "'7'",
            "source:id, several separated by semicolons, such as crm:1042;calls:anna",
        ),
        (
            "carl,person,,red,,,,,crm:b.brandt",
            "crm_ids",
            "'crm:b.brandt', which line 8 gives to 'boris'",
            "an id of one person only",
        ),
        (
            "boris,person,Boris B.,red,2024-01-01,2025-01-01,,,",
            "name",
            "'Boris B.', where line 8 has 'Boris Brandt'",
            "the same name in all rows of 'boris', or a blank cell",
        ),
        (
            "anna,person,,red,2024-01-01,2025-01-01,,0.5,",
            "full_time_share",
            "'0.5', where line 6 has '0.8'",
            "the same full_time_share in all rows of 'anna', or a blank cell",
        ),
        (
            "anna,person,,red,2024-01-01,2025-01-01,2023-01-01,,",
            "hired_on",
            "'2023-01-01', where line 6 has '2024-09-01'",
            "the same hired_on in all rows of 'anna', or a blank cell",
        ),
        (
            "anna,person,,red,2024-01-01,2025-01-01,,,crm:9",
            "crm_ids",
            "'crm:9', where line 6 has 'crm:a.ahlers'",
            "the same crm_ids in all rows of 'anna', or a blank cell",
        ),
    ],
)
def test_a_row_that_breaks_the_tree_is_refused(files, row, field, found, expected):
    line = files.append("org.csv", row)

    assert files.problems() == [("org.csv", line, field, found, expected)]


def test_a_node_of_two_kinds_is_refused(files):
    line = files.append("org.csv", "red,region,,demo,2024-01-01,2025-01-01,,,")

    assert (
        "org.csv",
        line,
        "kind",
        "'region', where line 4 has 'team'",
        "the same kind in all rows of 'red', or a blank cell",
    ) in files.problems()


def test_a_person_in_two_teams_on_one_day_is_refused_in_each_row_that_makes_it_so(files):
    first = files.append("org.csv", "boris,person,,green,2025-07-01,2025-08-01,,,")
    last = files.append("org.csv", "boris,person,,green,2025-09-01,,,,")

    expected = "one place at a time for 'boris': end the earlier row where this one begins"
    assert files.problems() == [
        ("org.csv", line, "valid_from", f"{begins}, while line 8 holds until further notice", expected)
        for line, begins in ((first, "2025-07-01"), (last, "2025-09-01"))
    ]


def test_a_cycle_is_shown_from_node_to_node(files):
    line = files.replace("org.csv", "red,team,Red,north", "red,team,Red,anna")

    problems = files.problems()

    assert len(problems) == 1
    name, found_line, field, found, expected = problems[0]
    assert (name, field, expected) == ("org.csv", "parent", "a parent that is not below the node")
    assert (found_line, found) in {(line, "a cycle: red → anna → red"), (6, "a cycle: anna → red → anna")}


def test_a_node_that_is_its_own_parent_is_a_cycle(files):
    line = files.replace("org.csv", "red,team,Red,north", "red,team,Red,red")

    assert files.problems() == [
        ("org.csv", line, "parent", "a cycle: red → red", "a parent that is not below the node")
    ]


def test_a_place_may_be_left_and_taken_again_later(files):
    files.append("org.csv", "carl,person,,red,2024-01-01,2025-01-01,,,")
    files.append("org.csv", "carl,person,,red,2026-01-01,,,,")

    assert files.problems() == []


def test_people_teams_and_regions_of_an_export_are_nodes_by_their_aliases(files):
    for row in ("c.conrad,2026-05", "blue,2027-Q1", "West,2027"):
        files.append("targets.csv", f"deals_won,{row},target,3,,1,2026-03-01,Ada,")
    files.append("org.csv", "dora,person,Dora,blue,,,,,")
    files.append("absences.csv", "c.conrad,2026-06-01,2026-06-02,")

    assert files.problems() == []


def test_org_csv_has_the_word_for_a_person_that_an_export_places_elsewhere(files):
    files.append("export/people.csv", "a.ahlers;Anna Ahlers;yellow;East")
    line = files.append("targets.csv", "deals_won,yellow,2027,target,3,,1,2026-03-01,Ada,")

    ((name, found_line, field, found, _),) = files.problems()

    assert (name, found_line, field, found) == ("targets.csv", line, "node", "the unknown node 'yellow'")


def test_a_person_whom_org_csv_and_an_export_call_the_same_is_one_node(files):
    files.append("export/people.csv", "boris;Boris Brandt;blue;West")

    assert files.problems() == []


def test_an_exported_name_that_is_another_kind_of_node_is_refused(files):
    line = files.append("export/people.csv", "d.dorn;Dora Dorn;north;West")

    assert files.problems() == [
        (
            "export/people.csv",
            line,
            "team",
            "'north' as a team, which is a region elsewhere",
            "a name of one kind of node only",
        ),
    ]


def test_an_exported_team_in_two_regions_and_a_person_in_two_teams_are_refused(files):
    team = files.append("export/people.csv", "d.dorn;Dora Dorn;blue;East")
    person = files.append("export/people.csv", "c.conrad;Carla Conrad;teal;West")
    first = f"{files.folder}/export/people.csv:2"

    assert files.problems() == [
        (
            "export/people.csv",
            team,
            "region",
            f"'blue' in 'East' and, in {first}, in 'West'",
            "one region; moves belong in org.csv, with their dates",
        ),
        (
            "export/people.csv",
            person,
            "team",
            f"'c.conrad' in 'teal' and, in {first}, in 'blue'",
            "one team; moves belong in org.csv, with their dates",
        ),
    ]


def test_exported_people_without_a_team_and_half_rows_are_left_to_landing(files):
    files.append("export/people.csv", "d.dorn;Dora Dorn;;West")
    files.append("export/people.csv", "e.eder;Em")

    assert files.problems() == []


def test_a_company_needs_a_person(files):
    files.write("org.csv", "node,kind,name,parent,valid_from,valid_to,hired_on,full_time_share,crm_ids\n")
    files.write("absences.csv", "person,first_day,last_day,note\n")
    files.replace("targets.csv", "deals_won,anna", "deals_won,demo")
    assert files.problems() == []

    files.write("export/people.csv", "login;full_name;team;area\n")
    assert files.problems() == [
        (
            "org.csv",
            None,
            None,
            "no person in the company",
            "at least one, in org.csv or by team and region of the people of a source in company.yml",
        ),
    ]


def test_a_mistake_in_org_csv_is_not_reported_again_where_the_node_is_used(files):
    line = files.replace("org.csv", "boris,person", "boris,persn")
    files.append("absences.csv", "boris,2026-06-01,2026-06-02,")

    assert files.problems() == [
        (
            "org.csv",
            line,
            "kind",
            "'persn'",
            "'company', 'region', 'team', 'person', 'head' or 'deputy'; did you mean 'person'?",
        )
    ]
