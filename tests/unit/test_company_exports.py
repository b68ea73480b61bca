"""The files that company.yml describes: there, readable, and with the columns that it names."""

import pytest
from company_files import FILES, CompanyFiles


@pytest.fixture
def files(tmp_path):
    return CompanyFiles(tmp_path)


def test_a_missing_folder_is_refused(files):
    line = files.replace("company.yml", "folder: export", "folder: exports")

    assert files.problems() == [
        (
            "company.yml",
            line,
            "sources.crm.folder",
            f"no folder {files.folder}/exports",
            "the folder of the export, relative to the company folder",
        ),
    ]


def test_a_missing_file_is_refused(files):
    line = files.replace("company.yml", "file: deals.csv", "file: deal.csv")

    assert files.problems() == [
        (
            "company.yml",
            line,
            "sources.crm.entities.deals.file",
            f"no file {files.folder}/export/deal.csv",
            "the export's file of deals",
        ),
    ]


def test_an_empty_file_is_refused(files):
    files.write("export/deals.csv", "")

    assert files.problems() == [
        ("export/deals.csv", None, None, "an empty file", "an export, at least its header")
    ]


def test_a_file_of_nothing_but_its_header_is_right(files):
    files.write("export/deals.csv", "number;seller;phase;sum;opened;closed\n")

    assert files.problems() == []


def test_a_missing_column_is_answered_with_the_columns_found(files):
    line = files.replace("company.yml", "owner_id: seller", "owner_id: sellers")

    assert files.problems() == [
        (
            "company.yml",
            line,
            "sources.crm.entities.deals.fields.owner_id",
            "no column 'sellers' among 'number', 'seller', 'phase', 'sum', 'opened', 'closed'",
            "the name of one column of deals.csv; did you mean 'seller'?",
        ),
    ]


def test_a_column_that_the_file_has_twice_is_refused(files):
    files.write("export/deals.csv", "number;seller;phase;sum;opened;sum;closed\n")

    ((_, _, field, found, _),) = files.problems()

    assert field == "sources.crm.entities.deals.fields.amount"
    assert found.startswith("2 columns 'sum' among ")


def test_a_single_column_hints_at_the_delimiter(files):
    files.write("export/people.csv", FILES["export/people.csv"].replace(";", ","))

    problems = files.problems()

    assert len(problems) == 4
    assert problems[0][2:] == (
        "sources.crm.entities.people.fields.id",
        "no column 'login' among 'login,full_name,team,area'",
        "the name of one column of people.csv; the file has a single column: "
        "is its delimiter \",\" rather than ';'?",
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "UTF8"])
def test_utf_8_may_have_a_byte_order_mark(files, encoding):
    files.replace("company.yml", "folder: export", f"encoding: {encoding}\n    folder: export")
    (files.folder / "export/people.csv").write_bytes(FILES["export/people.csv"].encode("utf-8-sig"))

    assert files.problems() == []


def test_people_are_read_in_the_sources_own_encoding(files):
    files.replace("company.yml", "folder: export", "encoding: cp1251\n    folder: export")
    (files.folder / "export/people.csv").write_bytes(
        "login;full_name;team;area\nanna.k;Анна;Север;Запад\n".encode("cp1251")
    )
    files.append("targets.csv", "deals_won,Север,2027,target,3,,1,2026-03-01,Ada,")

    assert files.problems() == []


def test_a_file_in_another_encoding_is_refused(files):
    (files.folder / "export/people.csv").write_bytes(
        "login;full_name;team;area\nanna.k;Анна;Север;Запад\n".encode("cp1251")
    )

    assert files.problems() == [
        (
            "export/people.csv",
            None,
            None,
            "a character that is no utf-8",
            "text in the encoding that company.yml gives for crm; correct it there",
        ),
    ]


def test_people_whose_quote_is_never_closed_are_refused(files):
    line = files.append("export/people.csv", 'd.dorn;"Dora;blue;West')

    assert [(name, found_line) for name, found_line, *_ in files.problems()] == [("export/people.csv", line)]


def test_a_source_may_lack_people(files):
    files.replace(
        "company.yml", FILES["company.yml"].partition("entities:\n")[2].partition("      deals")[0], ""
    )

    assert files.problems() == []
