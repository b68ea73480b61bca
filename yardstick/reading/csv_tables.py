"""The company's own CSV files: comma-separated UTF-8 with a header, every row with its line."""

from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from yardstick.errors import ConfigurationError, Problem
from yardstick.reading.csv_rows import csv_rows
from yardstick.reading.explain import problems_of
from yardstick.reading.text_files import read_text
from yardstick.reading.wording import did_you_mean, listed, quoted

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Row(Generic[Model]):
    """A row and the line on which it begins."""

    line: int
    value: Model


@dataclass(frozen=True)
class Table(Generic[Model]):
    """A CSV file's good rows, and what is wrong with the others."""

    file: Path
    rows: tuple[Row[Model], ...]
    problems: tuple[Problem, ...]

    def problem(self, row: Row[Model], field: str, found: str, expected: str) -> Problem:
        """A Problem in a column of a row."""
        return Problem(self.file, row.line, field, found, expected)


def read_table(file: Path, model: type[Model]) -> Table[Model]:
    """The file's rows as the model, whose fields are the columns; blank cells count as not given."""
    columns = list(model.model_fields)
    problems: list[Problem] = []
    rows: list[Row[Model]] = []
    try:
        text = read_text(file, f"a CSV file, at least its header: {','.join(columns)}")
        lines = csv_rows(StringIO(text, newline=""), file)
        header_line, header = next(lines, (1, []))
        _check_header(file, header_line, header, columns)
        for line, cells in lines:
            row = _row(file, line, header, cells, model)
            if isinstance(row, list):
                problems += row
            else:
                rows.append(Row(line, row))
    except ConfigurationError as error:
        problems += error.problems
    return Table(file, tuple(rows), tuple(problems))


def read_optional_table(file: Path, model: type[Model]) -> Table[Model]:
    """As read_table, of a file that need not be there."""
    return read_table(file, model) if file.exists() else Table(file, (), ())


def _check_header(file: Path, line: int, header: list[str], columns: list[str]) -> None:
    """Raise ConfigurationError for columns that are unknown, missing or there twice."""
    if len(header) == 1 and header[0] not in columns:
        found = f"a header of one column, {quoted(header[0])}"
        expected = f"columns separated by commas: {','.join(columns)}"
        raise ConfigurationError([Problem(file, line, None, found, expected)])
    problems: list[Problem] = []
    for column in dict.fromkeys(header):
        if column not in columns:
            expected = f"the columns {listed(columns)}{did_you_mean(column, columns)}"
            found = f"the unknown column {quoted(column)}"
            problems.append(Problem(file, line, column or None, found, expected))
    for column in columns:
        if column not in header:
            problems.append(Problem(file, line, column, "no such column", f"the columns {listed(columns)}"))
        elif header.count(column) > 1:
            found = f"the column {quoted(column)} {header.count(column)} times"
            problems.append(Problem(file, line, column, found, "each column once"))
    if problems:
        raise ConfigurationError(problems)


def _row(
    file: Path, line: int, header: list[str], cells: list[str], model: type[Model]
) -> Model | list[Problem]:
    if len(cells) != len(header):
        found = f"{len(cells)} cells"
        expected = f"{len(header)}, one per column of the header (a text with a comma stands in quotes)"
        return [Problem(file, line, None, found, expected)]
    given = {column: cell for column, cell in zip(header, cells, strict=True) if cell}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        return problems_of(error, model, file, lambda loc: (line, str(loc[0])))
