"""What recipients.csv must agree with: people, and the ways that messages go."""

from collections.abc import Collection, Iterator

from yardstick.company.settings import CompanySettings
from yardstick.company.tables import Recipient
from yardstick.errors import Problem
from yardstick.reading.csv_tables import Table
from yardstick.reading.wording import quoted, unknown


def check_rows(table: Table[Recipient], settings: CompanySettings) -> Iterator[Problem]:
    """People who are there twice, and those whom no message can reach."""
    lines: dict[str, int] = {}
    for row in table.rows:
        first = lines.setdefault(row.value.person, row.line)
        if first != row.line:
            found = f"{quoted(row.value.person)}, whom line {first} has"
            yield table.problem(row, "person", found, "each person once")
        if row.value.email is None and settings.digest is not None and settings.digest.webhook is None:
            yield table.problem(
                row, "email", "nothing", "an address, since digest in company.yml has no webhook"
            )


def check_people(table: Table[Recipient], people: Collection[str]) -> Iterator[Problem]:
    """People whom neither org.csv nor an export names."""
    for row in table.rows:
        if row.value.person not in people:
            found = unknown(
                "person", row.value.person, people, "a person or a head of org.csv or of an export"
            )
            yield table.problem(row, "person", *found)
