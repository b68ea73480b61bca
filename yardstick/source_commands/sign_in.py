"""`yardstick source test`: can a source be read, with whose rights, and how much does it see?"""

from contextlib import closing
from pathlib import Path

import httpx
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from yardstick.company import ApiSource, Company, CsvSource
from yardstick.errors import UsageError
from yardstick.extract.api_client import ApiClient, Patience
from yardstick.extract.changes import NO_IDS, Cursor, Portion
from yardstick.extract.csv_files import read_entity
from yardstick.extract.recordings import RecordingTransport, ReplayTransport
from yardstick.extract.sessions import Session, mask_of, sign_in
from yardstick.reading.wording import did_you_mean, listed

#: Somebody waits for the answer.
_PATIENCE = Patience(attempts=3, first_wait=0.5)


def try_source(
    company: Company, name: str, console: Console, *, record: Path | None, replay: Path | None
) -> None:
    """Print what the source gives; raises UsageError or SourceError where it cannot be read."""
    names = [source.name for source in company.settings.sources]
    if name not in names:
        raise UsageError(
            f"found no source {name!r}; expected one of {listed(names)}{did_you_mean(name, names)}"
        )
    source = company.source(name)
    if not isinstance(source, CsvSource):
        _try_api(source, console, record, replay)
    elif record or replay:
        raise UsageError(f"{name} is an export: its files are what it gives; --record is for a CRM.")
    else:
        _try_csv(company, source, console)


def _try_csv(company: Company, source: CsvSource, console: Console) -> None:
    table = Table("Entity", "File", "Records", "Rejected", box=SIMPLE_HEAD)
    for entity in source.entities:
        extraction = read_entity(source, entity, company.folder, company.zone)
        records = rejected = 0
        for batch in extraction:
            records += len(batch.ids)
            rejected += len({reject.line for reject in batch.rejects})
        table.add_row(entity, extraction.file, f"{records:,}", f"{rejected:,}")
    console.print(table)


def _try_api(source: ApiSource, console: Console, record: Path | None, replay: Path | None) -> None:
    transport: httpx.BaseTransport | None = None
    if record and replay:
        raise UsageError("--record and --replay: found both; expected one of them")
    if record:
        transport = RecordingTransport(record, mask_of(source))
    elif replay:
        transport = ReplayTransport(replay, mask_of(source))
    client = ApiClient(source.url, transport=transport, patience=_PATIENCE)
    with closing(sign_in(source, client)) as session:
        _say(console, f"{source.name}: signed in to {session.signed_in}.")
        table = Table("Kind of record", "Records seen", box=SIMPLE_HEAD)
        for entity in session.entities():
            seen = entity.count()
            table.add_row(entity.label, "" if seen is None else f"{seen:,}")
        console.print(table)
        for warning in session.warnings():
            _say(console, f"Warning: {warning}")
        if record:
            _read_all(source.name, session)
            _say(
                console,
                f"Recorded {client.calls:,} answers in {record}. Look through them before passing on.",
            )
        _say(console, f"{client.calls:,} calls, {client.bytes_received:,} bytes.")


def _read_all(source_name: str, session: Session) -> None:
    for entity in session.entities():
        cursor = Cursor()
        while True:
            portion = Portion(source_name, entity, session.client, cursor, NO_IDS)
            for _ in portion:
                pass
            if portion.is_complete:
                break
            cursor = portion.cursor or cursor


def _say(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
