"""What company.yml's sources must agree with: one another, and the files that they describe."""

from collections.abc import Iterator
from pathlib import Path

import holidays

from yardstick.company.exports import ExportedPerson, read_header, read_people
from yardstick.company.settings import ApiSource, CompanySettings, CsvSource, WorkingHours
from yardstick.errors import ConfigurationError, Problem
from yardstick.reading.explain import Loc
from yardstick.reading.wording import did_you_mean, listed, quoted
from yardstick.reading.yaml_files import Document, Parsed

_DELIMITERS = {",": '","', ";": '";"', "\t": '"\\t"', "|": '"|"'}


def check_settings(parsed: Parsed[CompanySettings]) -> Iterator[Problem]:
    """What the values of company.yml contradict in one another."""
    settings, document = parsed.value, parsed.document
    yield from _check_subdivision(settings, document)
    yield from _check_working_hours(settings.working_hours, document)
    names = [source.name for source in settings.sources]
    for index, source in enumerate(settings.sources):
        loc: Loc = ("sources", index)
        if source.name in names[:index]:
            yield document.problem(
                (*loc, "name"), f"a second source {quoted(source.name)}", "a name of its own"
            )
        if not isinstance(source, CsvSource):
            yield from _check_targets(source, loc, document)
            continue
        if source.thousands == source.decimal:
            found = f"{quoted(source.thousands)}, which is before decimals too"
            yield document.problem((*loc, "thousands"), found, 'another character, or "" for none')
        yield from _check_stages(source, loc, document)
        yield from _check_mappings(source, loc, document)


def check_exports(parsed: Parsed[CompanySettings], folder: Path) -> Iterator[Problem]:
    """Folders, files and columns that company.yml names and the disk does not have."""
    document = parsed.document
    for index, source in enumerate(parsed.value.sources):
        if not isinstance(source, CsvSource):
            continue
        export = folder / source.folder
        if export.is_dir():
            yield from _check_files(source, ("sources", index), export, document)
        else:
            loc = ("sources", index, "folder")
            yield document.problem(
                loc, f"no folder {export}", "the folder of the export, relative to the company folder"
            )


def exported_people(settings: CompanySettings, folder: Path) -> list[ExportedPerson]:
    """Everyone whom the exports place in a team and a region; raises ConfigurationError for broken files."""
    return [
        person
        for source in settings.sources
        if isinstance(source, CsvSource) and places_people(source)
        for person in read_people(folder / source.folder / source.entities["people"].file, source)
    ]


def places_people(source: CsvSource) -> bool:
    """Whether the source says who is in whose team, and which region the team is in."""
    return "people" in source.entities and {"team", "region"} <= source.entities["people"].fields.keys()


def _check_subdivision(settings: CompanySettings, document: Document) -> Iterator[Problem]:
    known = holidays.list_supported_countries()[settings.country]
    if settings.subdivision is not None and settings.subdivision not in known:
        expected = f"one of {listed(known)}" if known else f"none: {settings.country} has no subdivisions"
        hint = did_you_mean(settings.subdivision, known)
        yield document.problem(("subdivision",), quoted(settings.subdivision), expected + hint)


def _check_working_hours(hours: WorkingHours, document: Document) -> Iterator[Problem]:
    if hours.end <= hours.begin:
        expected = f"a time later than {hours.begin}, when work begins"
        yield document.problem(("working_hours", "to"), quoted(hours.end), expected)


def _check_targets(source: ApiSource, loc: Loc, document: Document) -> Iterator[Problem]:
    for key in ("teams", "goals"):
        if getattr(source, key, None) and "targets" not in source.entities:
            expected = "targets among entities, or nothing here"
            yield document.problem((*loc, key), f"{key} whose targets are not taken", expected)


def _check_stages(source: CsvSource, loc: Loc, document: Document) -> Iterator[Problem]:
    if source.stages is None:
        staged = [entity for entity in ("deals", "stage_entries") if entity in source.entities]
        if staged:
            expected = f"open, won and lost, each with its stages, for {' and '.join(staged)} have stages"
            yield document.problem((*loc, "stages"), "nothing", expected)
        return
    meaning: dict[str, str] = {}
    for outcome in ("open", "won", "lost"):
        for position, stage in enumerate(getattr(source.stages, outcome)):
            if stage in meaning:
                found = f"{quoted(stage)}, which is in {meaning[stage]} too"
                yield document.problem((*loc, "stages", outcome, position), found, "each stage once")
            meaning.setdefault(stage, outcome)


def _check_mappings(source: CsvSource, loc: Loc, document: Document) -> Iterator[Problem]:
    for entity, described in source.entities.items():
        for part in ("date_formats", "aliases"):
            for field in getattr(described, part):
                if field not in described.fields:
                    expected = f"a column for {field} under fields, or nothing here"
                    found = "a field that has no column"
                    yield document.problem((*loc, "entities", entity, part, field), found, expected)
    people = source.entities.get("people")
    if people and ("team" in people.fields) != ("region" in people.fields):
        expected = "team and region, both or neither: a team without a region has no place in the company"
        found = "one of team and region"
        yield document.problem((*loc, "entities", "people", "fields"), found, expected)


def _check_files(source: CsvSource, loc: Loc, export: Path, document: Document) -> Iterator[Problem]:
    for entity, described in source.entities.items():
        here: Loc = (*loc, "entities", entity)
        file = export / described.file
        if not file.is_file():
            yield document.problem((*here, "file"), f"no file {file}", f"the export's file of {entity}")
            continue
        try:
            header = read_header(file, source)
        except ConfigurationError as error:
            yield from error.problems
            continue
        for field, column in described.fields.items():
            if header.count(column) != 1:
                expected = f"the name of one column of {described.file}{_hint(column, header, source)}"
                found = _found_column(column, header)
                yield document.problem((*here, "fields", field), found, expected)


def _found_column(column: str, header: list[str]) -> str:
    times = f"{header.count(column)} columns" if column in header else "no column"
    return f"{times} {quoted(column)} among {listed([quoted(name) for name in header])}"


def _hint(column: str, header: list[str], source: CsvSource) -> str:
    if len(header) > 1:
        return did_you_mean(column, header)
    likelier = max(_DELIMITERS, key=header[0].count)
    if likelier not in header[0]:
        return ""
    delimiters = f"{_DELIMITERS[likelier]} rather than {quoted(source.delimiter)}"
    return f"; the file has a single column: is its delimiter {delimiters}?"
