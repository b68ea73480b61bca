"""YAML as people write it: texts stay texts, and what YAML allows but nobody means is refused."""

import pytest
from company_files import CompanyFiles


@pytest.fixture
def files(tmp_path):
    return CompanyFiles(tmp_path)


def test_texts_keep_what_yaml_would_take_for_numbers_and_booleans(files):
    files.replace("company.yml", "open: [lead, offer]", "open: [007, NO, 1.10, on]")

    assert files.load().source("crm").stages.open == ("007", "NO", "1.10", "on")


def test_a_key_given_twice_is_refused(files):
    line = files.append("company.yml", "name: Another")

    assert files.problems() == [
        ("company.yml", line, "name", "the key 'name' a second time", "each key once")
    ]


def test_broken_yaml_is_answered_with_its_line(files):
    line = files.replace("company.yml", "languages: [en, ru]", "languages: [en, ru\ncountry: DE")

    assert files.problems() == [
        (
            "company.yml",
            line + 1,
            None,
            "broken YAML (expected ',' or ']', but got ':')",
            "YAML: key: value, lists and nested keys indented by spaces",
        )
    ]


def test_a_value_that_contains_itself_is_refused(files):
    line = files.replace("company.yml", "languages: [en, ru]", "languages: &all [en, *all]")

    assert (
        "company.yml",
        line,
        "languages.2",
        "a value that contains itself",
        "no such reference",
    ) in files.problems()


@pytest.mark.parametrize("text", ["", "\n  \n", "# only a comment\n"])
def test_an_empty_file_is_refused(files, text):
    files.write("company.yml", text)

    assert files.problems() == [("company.yml", None, None, "an empty file", "the company's settings")]


def test_a_missing_file_is_refused(files):
    (files.folder / "company.yml").unlink()

    assert files.problems() == [("company.yml", None, None, "no such file", "the company's settings")]


def test_a_file_that_is_no_utf_8_is_answered_with_the_line(files):
    text = (files.folder / "company.yml").read_text(encoding="utf-8").replace("Nordlicht", "Müller")
    (files.folder / "company.yml").write_bytes(text.encode("cp1252"))

    assert files.problems() == [
        ("company.yml", 2, None, "a character that is no UTF-8", "a file saved as UTF-8")
    ]


def test_a_scalar_where_a_mapping_belongs_is_refused(files):
    files.write("company.yml", "Nordlicht\n")

    assert [problem[3] for problem in files.problems()] == ["'Nordlicht'"]
