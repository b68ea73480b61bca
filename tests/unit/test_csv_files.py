"""A described CSV file becomes records, rejects, or an error that says how to mend the file."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from csv_items import Record, read_items

from yardstick.company import CsvSource
from yardstick.errors import SourceError
from yardstick.extract.csv_files import CsvExtraction, read_entity
from yardstick.extract.records import Reject

FIELDS = {
    "id": "deal",
    "owner_id": "agent",
    "product_id": "product",
    "stage": "stage",
    "amount": "value",
    "created_at": "opened",
    "closed_at": "closed",
    "modified_at": "changed",
}
HEADER = "deal,agent,product,stage,value,opened,closed,changed,note\n"
ROW = "D1,Anna,GTXPro,Won,1054.50,2024-02-01,2024-03-01,2024-03-01 09:30,first call\n"


class Export:
    """A folder with an export of deals, described as `settings` and `described` say."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "crm" / "deals.csv"
        self.file.parent.mkdir()
        self.settings: dict[str, Any] = {"date_format": "%Y-%m-%d"}
        self.described: dict[str, Any] = {
            "fields": FIELDS,
            "date_formats": {"modified_at": "%Y-%m-%d %H:%M"},
            "aliases": {"product_id": {"GTXPro": "GTX Pro"}},
        }

    def write(self, content: str | bytes) -> CsvExtraction:
        self.file.write_bytes(content.encode() if isinstance(content, str) else content)
        return self.extraction()

    def extraction(self) -> CsvExtraction:
        entities = {"deals": {"file": "deals.csv", **self.described}}
        source = CsvSource(name="crm", kind="csv", folder="crm", entities=entities, **self.settings)
        return read_entity(source, "deals", self.folder, ZoneInfo("Europe/Berlin"))

    def error(self, content: str | bytes) -> str:
        extraction = self.write(content)
        with pytest.raises(SourceError) as raised:
            read_items(extraction)
        return str(raised.value).removeprefix(f"{self.file}")


@pytest.fixture
def export(tmp_path: Path) -> Export:
    return Export(tmp_path)


def records(extraction: CsvExtraction) -> list[Record]:
    items = read_items(extraction)
    assert all(isinstance(item, Record) for item in items)
    return items  # type: ignore[return-value]


def rejects(extraction: CsvExtraction) -> list[Reject]:
    return [item for item in read_items(extraction) if isinstance(item, Reject)]


def fields(record: Record) -> dict[str, Any]:
    return json.loads(record.json, parse_float=Decimal)


# ---- records


def test_a_row_becomes_a_record_in_canonical_fields(export: Export) -> None:
    [record] = records(export.write(HEADER + ROW))
    assert (record.id, record.line) == ("D1", 2)
    assert record.modified_at == "2024-03-01T08:30:00+00:00"
    assert fields(record) == {
        "id": "D1",
        "owner_id": "Anna",
        "product_id": "GTX Pro",
        "stage": "Won",
        "amount": Decimal("1054.5"),
        "created_at": "2024-02-01",
        "closed_at": "2024-03-01",
        "modified_at": "2024-03-01T08:30:00+00:00",
        "extra": {"note": "first call"},
    }


def test_a_blank_cell_is_null_and_blanks_around_a_value_are_none_of_it(export: Export) -> None:
    [record] = records(export.write(HEADER + "D1, Anna ,  ,Won,,2024-02-01,,,\n"))
    read = fields(record)
    assert read["owner_id"] == "Anna"
    assert [read[field] for field in ("product_id", "amount", "closed_at", "modified_at")] == [None] * 4
    assert read["extra"] == {"note": None}
    assert record.modified_at is None


def test_an_alias_is_found_whatever_blanks_surround_it(export: Export) -> None:
    [record] = records(export.write(HEADER + ROW.replace("GTXPro", "  GTXPro ")))
    assert fields(record)["product_id"] == "GTX Pro"


def test_the_id_too_may_have_an_alias(export: Export) -> None:
    export.described["aliases"] = {"id": {"D1": "D-1"}}
    [record] = records(export.write(HEADER + ROW))
    assert (record.id, fields(record)["id"]) == ("D-1", "D-1")


def test_a_modification_on_a_local_date_is_dated_at_its_midnight(export: Export) -> None:
    export.described["date_formats"] = {}
    [record] = records(export.write(HEADER + ROW.replace("2024-03-01 09:30", "2024-03-05")))
    assert fields(record)["modified_at"] == "2024-03-05"
    assert record.modified_at == "2024-03-05T00:00:00+01:00"


def test_delimiter_decimal_and_thousands_signs_and_encoding_are_as_declared(export: Export) -> None:
    export.settings |= {"delimiter": ";", "decimal": ",", "thousands": ".", "encoding": "cp1251"}
    export.settings |= {"date_format": "%d.%m.%Y"}
    text = HEADER.replace(",", ";") + "D1;Анна;;Won;1.054,50;1.2.2024;01.03.2024;;звонок\n"
    [record] = records(export.write(text.encode("cp1251")))
    read = fields(record)
    assert (read["owner_id"], read["amount"], read["extra"]) == (
        "Анна",
        Decimal("1054.5"),
        {"note": "звонок"},
    )
    assert (read["created_at"], read["closed_at"]) == ("2024-02-01", "2024-03-01")


def test_the_mark_that_windows_puts_before_utf8_is_no_part_of_the_first_column(export: Export) -> None:
    assert len(records(export.write(b"\xef\xbb\xbf" + (HEADER + ROW).encode()))) == 1


def test_a_quoted_cell_may_hold_delimiters_quotes_and_line_ends(export: Export) -> None:
    first, second = records(export.write(HEADER + 'D1,a,,,,,,,"one, ""two""\nthree"\nD2,a,,,,,,,\n'))
    assert fields(first)["extra"] == {"note": 'one, "two"\nthree'}
    assert (first.line, second.line) == (2, 4)


def test_columns_of_any_name_stay_in_extra(export: Export) -> None:
    [record] = records(export.write(HEADER.replace("note", '"100 %s ""sure"""') + ROW))
    assert fields(record)["extra"] == {'100 %s "sure"': "first call"}


def test_blank_lines_say_nothing(export: Export) -> None:
    assert len(records(export.write(f"\n{HEADER}\n{ROW},,,,,,,,\n\n"))) == 1


def test_line_ends_of_any_system_end_a_row(export: Export) -> None:
    for end in ("\n", "\r\n", "\r"):
        assert len(records(export.write((HEADER + ROW + ROW).replace("\n", end)))) == 2


def test_an_export_of_no_records_is_empty_and_complete(export: Export) -> None:
    extraction = export.write(HEADER)
    assert read_items(extraction) == []
    assert extraction.is_complete
    assert extraction.bytes_read == len(HEADER)


def test_characters_that_a_database_cannot_hold_are_removed_and_counted(export: Export) -> None:
    extraction = export.write(HEADER + ROW.replace("Anna", "An\0\0na"))
    [record] = records(extraction)
    assert fields(record)["owner_id"] == "Anna"
    assert extraction.characters_cleaned == 2


def test_half_of_a_surrogate_pair_is_removed_and_counted(export: Export) -> None:
    export.settings["encoding"] = "utf-7"  # one of few encodings that let it pass
    extraction = export.write((HEADER + ROW).encode().replace(b"Anna", b"An+2AA-na"))
    [record] = records(extraction)
    assert fields(record)["owner_id"] == "Anna"
    assert extraction.characters_cleaned == 1


def test_reading_again_counts_again_from_the_start(export: Export) -> None:
    extraction = export.write(HEADER + ROW.replace("Anna", "An\0na"))
    assert len(records(extraction)) == len(records(extraction)) == extraction.characters_cleaned


# ---- rejects


def test_a_date_that_does_not_fit_its_format_is_a_reject(export: Export) -> None:
    extraction = export.write(HEADER + ROW + "D2,Anna,,Won,1,01.02.2024,,,\n")
    assert rejects(extraction) == [
        Reject(
            rule="date_format",
            line=3,
            record_id="D2",
            field="created_at",
            found="01.02.2024",
            expected="a moment written as %Y-%m-%d, in column opened",
        )
    ]
    assert len([item for item in read_items(extraction) if isinstance(item, Record)]) == 1


def test_a_number_that_does_not_fit_the_declared_signs_is_a_reject(export: Export) -> None:
    [reject] = rejects(export.write(HEADER + 'D2,Anna,,Won,"1,054",2024-02-01,,,\n'))
    assert (reject.rule, reject.record_id, reject.field, reject.found) == (
        "number_format",
        "D2",
        "amount",
        "1,054",
    )
    assert reject.expected == "a number with decimal sign '.' and no thousands sign, in column value"


def test_a_row_with_several_wrong_cells_names_each_of_them(export: Export) -> None:
    found = rejects(export.write(HEADER + " ,Anna,,Won,many,soon,,,\n"))
    assert [(reject.rule, reject.field, reject.line) for reject in found] == [
        ("missing_id", "id", 2),
        ("number_format", "amount", 2),
        ("date_format", "created_at", 2),
    ]


def test_a_row_without_an_id_is_a_reject(export: Export) -> None:
    [reject] = rejects(export.write(HEADER + ",Anna,,Won,1,2024-02-01,,,\n"))
    assert (reject.rule, reject.record_id, reject.expected) == ("missing_id", None, "an id in column deal")


def test_an_id_too_long_to_be_one_is_a_reject(export: Export) -> None:
    [reject] = rejects(export.write(HEADER + ROW.replace("D1", "D" * 501)))
    assert (reject.rule, reject.found, reject.record_id) == ("id_length", "D" * 200, "D" * 500)


@pytest.mark.parametrize(("row", "cells"), [("D2,Anna,,Won", 4), ("D2,Anna,,Won,1,,,,,", 10)])
def test_a_row_with_another_number_of_cells_than_the_header_is_a_reject(
    export: Export, row: str, cells: int
) -> None:
    [reject] = rejects(export.write(f"{HEADER}{row}\n{ROW}"))
    assert (reject.rule, reject.line, reject.record_id, reject.field) == ("cells", 2, "D2", None)
    assert reject.found == f"{cells} cells"
    assert reject.expected == "9 cells, as many as the header has"


def test_a_short_row_whose_id_is_cut_off_has_none(export: Export) -> None:
    export.described["fields"] = {**FIELDS, "id": "note"}
    [reject] = rejects(export.write(HEADER + "D2,Anna\n"))
    assert (reject.rule, reject.record_id) == ("cells", None)


def test_half_a_row_at_the_end_is_a_reject_and_the_export_is_not_complete(export: Export) -> None:
    extraction = export.write(HEADER + ROW + "D2,Anna,G")
    [reject] = rejects(extraction)
    assert (reject.rule, reject.line, reject.record_id) == ("cells", 3, "D2")
    assert not extraction.is_complete


def test_a_last_row_without_a_line_end_is_as_good_as_any(export: Export) -> None:
    extraction = export.write(HEADER + ROW.rstrip("\n"))
    assert len(records(extraction)) == 1
    assert extraction.is_complete


def test_a_short_line_below_the_export_does_not_make_it_incomplete(export: Export) -> None:
    extraction = export.write(HEADER + ROW + "exported on 2024-03-01\n")
    [reject] = rejects(extraction)
    assert reject.rule == "cells"
    assert extraction.is_complete


# ---- files that cannot be read


def test_a_missing_file_is_an_error(export: Export) -> None:
    with pytest.raises(
        SourceError, match=r"deals\.csv: found no file that can be read .*expected the export here"
    ):
        read_items(export.extraction())


def test_a_folder_in_place_of_the_file_is_an_error(export: Export) -> None:
    export.file.mkdir()
    with pytest.raises(SourceError, match="Is a directory"):
        read_items(export.extraction())


def test_an_empty_file_is_an_error(export: Export) -> None:
    assert export.error("") == ": found an empty file; expected an export, at least its header"
    assert "an empty file" in export.error("\n\n")


def test_a_missing_column_is_an_error_that_lists_those_found(export: Export) -> None:
    assert export.error(HEADER.replace("agent", "seller")) == (
        ":1: found the columns 'deal', 'seller', 'product', 'stage', 'value', 'opened', 'closed', 'changed', "
        "'note'; expected 'agent' too, or other `fields` in company.yml"
    )


def test_a_wrong_delimiter_is_an_error_that_names_a_likelier_one(export: Export) -> None:
    message = export.error((HEADER + ROW).replace(",", ";"))
    assert "found the column 'deal;agent;product" in message
    assert message.endswith("is the delimiter rather a semicolon than a comma?")


def test_two_columns_of_the_same_name_are_an_error(export: Export) -> None:
    assert export.error(HEADER.replace("note", "value")) == (
        ":1: found more than one column called 'value'; expected each column once, with a name of its own"
    )


def test_a_broken_encoding_is_an_error_that_names_line_and_byte(export: Export) -> None:
    text = (HEADER + ROW).encode() + "D2,Zoë".encode("cp1252") + b",,Won,1,2024-02-01,,,\n"
    message = export.error(text)
    assert message.startswith(
        f":3: found 0xEB at byte {len(HEADER + ROW) + 5} of the file; expected text in utf-8;"
    )
    assert "cp1251" in message


def test_a_broken_byte_far_down_the_file_is_found_too(export: Export) -> None:
    rows = HEADER + ROW.replace("Anna", "Zoë") * 40_000
    message = export.error(rows.encode() + b"\xff")
    assert message.startswith(f":40002: found 0xFF at byte {len(rows.encode())} of the file")


def test_utf16_declared_and_not_given_is_an_error(export: Export) -> None:
    export.settings["encoding"] = "utf-16"
    assert "expected text in utf-16" in export.error(HEADER + ROW)


def test_the_mark_of_utf8_contradicts_any_other_declared_encoding(export: Export) -> None:
    export.settings["encoding"] = "cp1251"
    assert "found the byte order mark of UTF-8; expected a file in cp1251" in export.error(
        b"\xef\xbb\xbf" + (HEADER + ROW).encode()
    )


def test_a_quote_never_closed_is_an_error_that_names_the_line_of_its_row(export: Export) -> None:
    assert export.error(HEADER + ROW + 'D2,"Anna,,Won\n' + ROW).startswith(
        ":3: found a row that cannot be read"
    )


def test_a_quote_never_closed_in_a_large_file_does_not_fill_the_memory(export: Export) -> None:
    message = export.error(HEADER + ROW + 'D2,"Anna,,Won\n' + ROW * 10_000)
    assert message.startswith(":3: found a row that cannot be read")


def test_text_after_a_closing_quote_is_an_error(export: Export) -> None:
    assert export.error(HEADER + 'D2,"Anna" Snelling,,Won,1,2024-02-01,,,\n').startswith(":2: found a row")
