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
        header_line, header = next(lines)
        problems += _header_problems(file, header_line, header, columns)
        if not problems:
            for line, cells in lines:
                try:
                    rows.append(Row(line, _row(file, line, header, cells, model)))
                except ConfigurationError as error:
                    problems += error.problems
    except ConfigurationError as error:
        problems += error.problems
    return Table(file, tuple(rows), tuple(problems))


def _header_problems(file: Path, line: int, header: list[str], columns: list[str]) -> list[Problem]:
    if len(header) == 1 and header[0] not in columns:
        found = f"a header of one column, {quoted(header[0])}"
        expected = f"columns separated by commas: {','.join(columns)}"
        return [Problem(file, line, None, found, expected)]
    unknown = [
        Problem(
            file,
            line,
            column or None,
            f"the unknown column {quoted(column)}",
            f"the columns {listed(columns)}{did_you_mean(column, columns)}",
        )
        for column in dict.fromkeys(header)
        if column not in columns
    ]
    missing = [
        Problem(file, line, column, "no such column", f"the columns {listed(columns)}")
        for column in columns
        if column not in header
    ]
    doubled = [
        Problem(
            file,
            line,
            column,
            f"the column {quoted(column)} {header.count(column)} times",
            "each column once",
        )
        for column in columns
        if header.count(column) > 1
    ]
    return [*unknown, *missing, *doubled]


def _row(file: Path, line: int, header: list[str], cells: list[str], model: type[Model]) -> Model:
    if len(cells) != len(header):
        found = f"{len(cells)} cells"
        expected = f"{len(header)}, one per column of the header (a text with a comma stands in quotes)"
        raise ConfigurationError([Problem(file, line, None, found, expected)])
    given = {column: cell for column, cell in zip(header, cells, strict=True) if cell}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        problems = problems_of(error, model, file, lambda loc: (line, str(loc[0])))
        raise ConfigurationError(problems) from None
