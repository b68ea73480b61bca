"""A source's CSV files land, each as a whole or not at all."""

import csv
import json
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from landed_hashes import hashed_otherwise
from landing_night import known, night

from yardstick.company import Company, CompanySettings, CsvSource
from yardstick.errors import SourceError
from yardstick.landing.entity import LandingReport
from yardstick.landing.exports import land_source

DEALS = "id,owner,stage,amount,created,closed,note\n"
PEOPLE = "id,name\n1,Anna\n2,Boris\n"
LARGEST_GROWTH_IN_MEGABYTES = 40


@pytest.fixture
def company(tmp_path: Path, source: CsvSource) -> Company:
    """A company whose CRM has exported two people and no deals."""
    (tmp_path / "crm").mkdir()
    (tmp_path / "crm" / "deals.csv").write_text(DEALS)
    (tmp_path / "crm" / "people.csv").write_text(PEOPLE)
    settings = CompanySettings(
        id="acme", name="Acme", currency="EUR", time_zone="Europe/Berlin", country="DE", sources=[source]
    )
    nothing: dict[str, Any] = {each.name: () for each in fields(Company)}
    return Company(**(nothing | {"folder": tmp_path, "settings": settings}))


def refresh(connection: psycopg.Connection, company: Company, number: int) -> dict[str, LandingReport]:
    [source] = company.settings.sources
    return land_source(connection, company, source, night(number), f"run {number}")


def write_deals(company: Company, content: str | bytes) -> None:
    content = content.encode() if isinstance(content, str) else content
    (company.folder / "crm" / "deals.csv").write_bytes(DEALS.encode() + content)


def test_every_entity_of_the_source_lands(connection: psycopg.Connection, company: Company) -> None:
    write_deals(
        company, "A,1,Won,10.50,2026-01-05,2026-02-01,n\nB,2,Open,,2026-01-06,,n\nC,1,Won,5,06.01.2026,,n\n"
    )
    reports = refresh(connection, company, 1)
    assert reports["people"].records_alive == 2
    assert (reports["deals"].rows_read, reports["deals"].rows_rejected) == (3, 1)
    assert reports["deals"].bytes_read == (company.folder / "crm" / "deals.csv").stat().st_size
    [(record,)] = connection.execute("select record from landed.csv_deals where id = 'A'").fetchall()
    assert record == {
        "id": "A",
        "owner_id": "1",
        "stage": "Won",
        "amount": 10.5,
        "created_at": "2026-01-05",
        "closed_at": "2026-02-01",
        "extra": {"note": "n"},
    }
    rejected = connection.execute("select file, line, record_id, rule, field from ops.rejects").fetchall()
    assert rejected == [("crm/deals.csv", 4, "C", "date_format", "created_at")]


def test_a_number_written_otherwise_is_no_change(connection: psycopg.Connection, company: Company) -> None:
    write_deals(company, "A,1,Won,10.50,2026-01-05,2026-02-01,n\n")
    refresh(connection, company, 1)
    write_deals(company, 'A, 1,"Won",+10.5,2026-1-5,2026-02-01 ,n\n')
    assert refresh(connection, company, 2)["deals"].versions_added == 0


def test_columns_in_another_order_are_no_change(connection: psycopg.Connection, company: Company) -> None:
    write_deals(company, "A,1,Won,10.50,2026-01-05,2026-02-01,n\n")
    refresh(connection, company, 1)
    reordered = "note,closed,created,amount,stage,owner,id\nn,2026-02-01,2026-01-05,10.50,Won,1,A\n"
    (company.folder / "crm" / "deals.csv").write_text(reordered)
    assert refresh(connection, company, 2)["deals"].versions_added == 0


@given(
    cells=st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), max_size=20)
)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_record_has_the_hash_of_the_text_that_postgresql_shows(
    connection: psycopg.Connection, company: Company, cells: list[str]
) -> None:
    connection.execute("truncate raw_crm.deals, ops.landings, ops.rejects")
    with (company.folder / "crm" / "deals.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "owner", "stage", "amount", "created", "closed", "é", "zz", "aaa"])
        writer.writerows(
            [f"D{n}", cell, cell, f"{n}.50", "", "", cell, cell, cell] for n, cell in enumerate(cells)
        )
    assert refresh(connection, company, 1)["deals"].versions_added == len(cells)
    assert hashed_otherwise(connection, "raw_crm.deals") == []


def test_a_file_that_breaks_half_way_leaves_nothing_of_it_and_the_others_land(
    connection: psycopg.Connection, company: Company
) -> None:
    write_deals(company, "A,1,Won,10,2026-01-05,2026-02-01,n\n")
    refresh(connection, company, 1)
    write_deals(company, b"A,1,Won,99,2026-01-05,2026-02-01,n\nB,1,Won,10,2026-01-05,2026-02-01,\xff\n")
    (company.folder / "crm" / "people.csv").write_text(PEOPLE + "3,Clara\n")
    with pytest.raises(SourceError, match=r"deals\.csv:3: found 0xFF"):
        refresh(connection, company, 2)
    assert known(connection, 2) == {"A": 10}
    landed = "select entity, records_alive from ops.landings where as_of = %s"
    assert connection.execute(landed, [night(2)]).fetchall() == [("people", 3)]


def test_every_file_that_cannot_be_read_is_named(connection: psycopg.Connection, company: Company) -> None:
    (company.folder / "crm" / "deals.csv").write_text("")
    (company.folder / "crm" / "people.csv").unlink()
    with pytest.raises(SourceError) as raised:
        refresh(connection, company, 1)
    assert "deals.csv: found an empty file" in str(raised.value)
    assert "people.csv: found no file" in str(raised.value)


def test_a_header_alone_is_an_empty_export_that_deletes_what_was_there(
    connection: psycopg.Connection, company: Company
) -> None:
    write_deals(company, "A,1,Won,10,2026-01-05,2026-02-01,n\n")
    refresh(connection, company, 1)
    write_deals(company, "")
    report = refresh(connection, company, 2)["deals"]
    assert (report.rows_read, report.records_deleted, report.records_alive) == (0, 1, 0)


def test_a_file_cut_off_in_a_row_deletes_nothing(connection: psycopg.Connection, company: Company) -> None:
    row = "{},1,Won,10,2026-01-05,2026-02-01,n\n"
    write_deals(company, row.format("A") + row.format("B") + row.format("C"))
    refresh(connection, company, 1)
    write_deals(company, row.format("A") + "B,1,W")
    report = refresh(connection, company, 2)["deals"]
    assert (report.is_complete, report.rows_rejected, report.records_alive) == (False, 1, 3)


def test_memory_stays_flat(address: str, connection: psycopg.Connection, company: Company) -> None:
    row = "D{0},{1},Won,{0}.25,2026-01-{2:02},2026-02-{2:02},a note on the deal of number {0}\n"
    write_deals(company, "".join(row.format(n, n % 40, n % 28 + 1) for n in range(200_000)))
    script = Path(__file__).parent / "measured_landing.py"
    call = json.dumps([address, str(company.folder), company.settings.model_dump_json()])
    done = subprocess.run(
        [sys.executable, str(script)], input=call, capture_output=True, text=True, check=True
    )
    megabytes, rows = json.loads(done.stdout)
    assert rows == 200_000
    assert megabytes < LARGEST_GROWTH_IN_MEGABYTES
