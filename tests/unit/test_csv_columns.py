"""Whatever an export holds, reading it in columns comes to what reading it row by row does."""

import csv
import io
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from csv_items import read_items
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strict_csv import strictly_read

from yardstick.company import CsvSource
from yardstick.errors import SourceError
from yardstick.extract import csv_text
from yardstick.extract.csv_files import read_entity

T = TypeVar("T")

ZONES = ["Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns", "UTC"]
FORMATS = ["%Y-%m-%d", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%m/%d/%Y %I:%M %p", "%Y-%m-%dT%H:%M:%S%z"]
FORMATS += ["%Y-%m-%d %H:%M:%S.%f", "%b %d, %Y", "%H:%M:%S %d.%m.%Y", "%Y%m%d%H%M%S", "%Y-%m-%d:%H:%M"]
CLOCKS_CHANGED = [
    date(2024, 3, 31),
    date(2024, 10, 27),
    date(2024, 4, 7),
    date(2024, 10, 6),
    date(2024, 3, 10),
]
HEADER = ["deal", "agent", "stage", "value", "opened", "closed", "changed", "note", 'größe "x" {}']
FIELDS = dict(
    zip(["id", "owner_id", "stage", "amount", "created_at", "closed_at", "modified_at"], HEADER, strict=False)
)


def mostly(usual: st.SearchStrategy[T], other: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
    return st.integers(0, 19).flatmap(lambda chance: other if chance == 13 else usual)


blanks = mostly(st.just(""), st.sampled_from([" ", "\t", "\u00a0", "\u3000 "]))
odd_texts = st.sampled_from(["", "\\", "x\ny", 'say "so"', "\ufeff", "\x1f", "null", '5" pipe', "x" * 501])
texts = st.one_of(st.sampled_from(["Won", "GTX", "a", "D1", "D2"]), st.text(max_size=5), odd_texts)
texts = texts.map(lambda text: text.encode(errors="ignore").decode())
ids = mostly(st.sampled_from(["D1", "D2", "D3", "7"]), texts)


@st.composite
def numbers(draw: st.DrawFn, decimal: str, thousands: str) -> str:
    number = draw(st.decimals(-(10**9), 10**9, places=draw(st.integers(0, 3))))
    text = f"{number:,}" if draw(st.booleans()) else f"{number}"
    spaced = text.translate(str.maketrans({",": thousands, ".": decimal}))
    return draw(mostly(st.just(spaced.replace(" ", draw(st.sampled_from(" \u00a0\u202f")))), texts))


@st.composite
def moments(draw: st.DrawFn, moment_format: str) -> str:
    moment = draw(st.datetimes(datetime(2020, 1, 1), datetime(2024, 12, 31)))
    if draw(st.booleans()):
        moment = datetime.combine(draw(st.sampled_from(CLOCKS_CHANGED)), moment.time()).replace(
            hour=moment.hour % 4
        )
    text = moment.strftime(moment_format.replace("%z", draw(st.sampled_from(["Z", "+02:00", "-0530"]))))
    odd = [text.replace("0", "", 1), text[1:], f"{text}Z", f"{text}0", "", text.replace(":", "::")]
    return draw(mostly(st.just(text), st.sampled_from(odd)))


def rows(moment_format: str, decimal: str, thousands: str) -> st.SearchStrategy[list[list[str]]]:
    moment, number = moments(moment_format), numbers(decimal, thousands)
    cells = [ids, texts, texts, number, moment, moment, moment, texts, texts]
    row = st.tuples(*(st.tuples(blanks, cell, blanks).map("".join) for cell in cells)).map(list)
    cut = st.tuples(row, st.integers(0, 12)).map(lambda it: (it[0] + ["more"] * 3)[: it[1]])
    return st.lists(mostly(row, cut), max_size=12)


def written(rows: list[list[str]], delimiter: str, end: str, quoting: Any) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows([HEADER, *rows])
    return text.getvalue()


@st.composite
def exports(draw: st.DrawFn) -> tuple[CsvSource, ZoneInfo, str]:
    moment_format = draw(st.sampled_from(FORMATS))
    decimal, thousands = draw(st.sampled_from([(".", ""), (",", "."), (",", " "), (".", ",")]))
    aliases = draw(st.sampled_from([{}, {"stage": {"GTX": "GTX Pro"}, "id": {"D1": "D-1", "a": "b" * 501}}]))
    delimiter = draw(st.sampled_from([",", ";", "\t", "§"]))
    source = CsvSource(
        name="crm",
        kind="csv",
        folder=".",
        delimiter=delimiter,
        date_format=moment_format,
        decimal=decimal,
        thousands=thousands,
        entities={"deals": {"file": "deals.csv", "fields": FIELDS, "aliases": aliases}},
        stages={"open": [], "won": ["Won"], "lost": []},
    )
    end, quoting = (
        draw(st.sampled_from(["\n", "\r\n", "\r"])),
        draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
    )
    text = written(draw(rows(moment_format, decimal, thousands)), delimiter, end, quoting)
    if draw(st.integers(0, 4)) == 0:  # what no program would write
        text = text.replace('"', "") + draw(st.text(f'{delimiter}" \n\r0a', max_size=9))
    return source, ZoneInfo(draw(st.sampled_from(ZONES))), draw(st.sampled_from(["", "\ufeff"])) + text


@given(export=exports(), block=st.sampled_from([1, 50, 200, 1 << 20]))
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_reading_in_columns_is_reading_row_by_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, export: tuple[CsvSource, ZoneInfo, str], block: int
) -> None:
    monkeypatch.setattr(csv_text, "CHARACTERS_AT_ONCE", block)
    source, zone, text = export
    path = tmp_path / "deals.csv"
    path.write_bytes(text.encode())
    extraction = read_entity(source, "deals", tmp_path, zone)
    try:
        expected = list(strictly_read(source, "deals", path, zone))
    except csv.Error:
        with pytest.raises(SourceError):
            read_items(extraction)
    else:
        assert read_items(extraction) == expected
