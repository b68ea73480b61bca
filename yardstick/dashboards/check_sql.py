"""What the SQL of a question must keep to: one SELECT on schema kpi with the columns that are declared."""

from collections.abc import Iterator
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from yardstick.dashboards.template import Template
from yardstick.errors import Problem
from yardstick.languages import LANGUAGES
from yardstick.reading.wording import listed, quoted

SCHEMA = "kpi"


def problems_of_sql(file: Path, template: Template, columns: tuple[str, ...]) -> list[Problem]:
    """Everything wrong in the SQL; `columns` are those that its YAML declares."""
    for language in LANGUAGES:
        try:
            statements = sqlglot.parse(template.filled(language, "%({})s".format), dialect="postgres")
        except SqlglotError as error:
            return [_no_sql(file, error)]
        if len(statements) != 1 or not isinstance(statements[0], exp.Query):
            return [Problem(file, None, None, _kinds(statements), "one SELECT")]
        if template.text.rstrip().endswith(";"):
            return [
                Problem(file, None, None, "a semicolon", "one SELECT without it, so that it can be nested")
            ]
        found = [*_foreign_tables(file, statements[0]), *_columns(file, statements[0], columns)]
        found += _tags_out_of_place(file, template, statements[0])
        if found:
            return found
    return []


def tables_of(template: Template) -> list[str]:
    """Names of the tables of schema kpi that it reads, in alphabetical order."""
    statement = sqlglot.parse_one(template.filled(LANGUAGES[0], "%({})s".format), dialect="postgres")
    return sorted({table.name for table in statement.find_all(exp.Table) if table.db == SCHEMA})


def _no_sql(file: Path, error: SqlglotError) -> Problem:
    details = getattr(error, "errors", None) or [{}]
    line = details[0].get("line")
    what = details[0].get("description") or str(error).splitlines()[0]
    return Problem(file, line, None, f"no SQL ({what})", "one SELECT that PostgreSQL understands")


def _kinds(statements: list[exp.Expr | None]) -> str:
    return " and ".join("nothing" if found is None else found.key.upper() for found in statements)


def _foreign_tables(file: Path, statement: exp.Expr) -> Iterator[Problem]:
    known = {cte.alias for cte in statement.find_all(exp.CTE)}
    for table in statement.find_all(exp.Table):
        if isinstance(table.this, exp.Identifier) and table.db != SCHEMA and not _is_cte(table, known):
            name = ".".join(part.name for part in table.parts)
            expected = f"a table of schema {SCHEMA}, such as {SCHEMA}.scorecards"
            yield Problem(file, table.this.meta.get("line"), None, f"the table {quoted(name)}", expected)


def _is_cte(table: exp.Table, known: set[str]) -> bool:
    return not table.db and table.name in known


def _columns(file: Path, statement: exp.Query, columns: tuple[str, ...]) -> Iterator[Problem]:
    given = statement.named_selects
    if "*" in given:
        yield Problem(file, None, None, "select *", f"the columns {listed(columns)}, each by name")
    elif sorted(given) != sorted(columns):
        expected = f"those that its YAML declares: {listed(columns)}"
        yield Problem(file, None, None, f"the columns {listed(given)}", expected)


def _tags_out_of_place(file: Path, template: Template, statement: exp.Expr) -> Iterator[Problem]:
    bound = {str(found.name) for found in statement.find_all(exp.Placeholder)}
    for tag in sorted(template.tags - bound):
        found = f"{{{{{tag}}}}} within a text or a comment"
        expected = "the tag alone, as a value, without quotes"
        yield Problem(file, template.line_of(tag), None, found, expected)
