"""recipients.csv, which need not be there, and the digest of company.yml: what they must agree with."""

import pytest
from company_files import CompanyFiles

HEADER = "person,email,language\n"


@pytest.fixture
def files(tmp_path):
    files = CompanyFiles(tmp_path)
    files.write("recipients.csv", HEADER + "anna,anna@demo.example,ru\n")
    return files


def with_digest(files, text):
    files.write("company.yml", (files.folder / "company.yml").read_text() + f"digest: {text}\n")


def test_who_is_told_is_read(files):
    (told,) = files.load().recipients

    assert (told.person, told.email, told.language) == ("anna", "anna@demo.example", "ru")


def test_a_company_without_recipients_is_right(files):
    (files.folder / "recipients.csv").unlink()

    assert files.load().recipients == ()


@pytest.mark.parametrize(
    ("rows", "line", "field"),
    [
        ("anna,,\nanna,,\n", 3, "person"),
        ("nobody,,\n", 2, "person"),
        ("anna,no address,\n", 2, "email"),
        ("anna,,de\n", 2, "language"),
    ],
    ids=["twice", "unknown", "no address", "no language of ours"],
)
def test_a_wrong_row_is_named(files, rows, line, field):
    files.write("recipients.csv", HEADER + rows)

    assert [problem[:3] for problem in files.problems()] == [("recipients.csv", line, field)]


def test_a_recipient_whom_no_way_reaches_is_named(files):
    with_digest(files, "{email: {sender: kpi@demo.example}}")
    files.write("recipients.csv", HEADER + "anna,,\n")

    expected = "an address, since digest in company.yml has no webhook"
    assert files.problems() == [("recipients.csv", 2, "email", "nothing", expected)]


def test_a_digest_needs_a_way(files):
    with_digest(files, "{operations: [ops@demo.example]}")

    ((file, _, field, _, expected),) = files.problems()
    assert (file, field, expected) == ("company.yml", "digest", "email or webhook, at least one of them")
