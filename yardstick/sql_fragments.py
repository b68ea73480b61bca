"""Lists of columns as SQL writes them."""

from collections.abc import Iterable
from typing import LiteralString

from psycopg import sql


def identifiers(columns: Iterable[str]) -> sql.Composed:
    """`a, b`."""
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def qualified(relation: str, columns: Iterable[str]) -> sql.Composed:
    """`relation.a, relation.b`."""
    return sql.SQL(", ").join(sql.Identifier(relation, column) for column in columns)


def assignments(relation: str, columns: Iterable[str]) -> sql.Composed:
    """`a = relation.a, b = relation.b`."""
    return _each(", ", "{column} = {one}.{column}", columns, relation)


def equal(one: str, other: str, columns: Iterable[str]) -> sql.Composed:
    """`one.a = other.a and one.b = other.b`."""
    return _each(" and ", "{one}.{column} = {other}.{column}", columns, one, other)


def fields(row: str, columns: Iterable[str]) -> sql.Composed:
    """`(row).a, (row).b`, of a column that holds rows."""
    return _each(", ", "({one}).{column}", columns, row)


def either(row: str, other: str, columns: Iterable[str]) -> sql.Composed:
    """`coalesce((row).a, (other).a) as a, …`, of two columns that hold rows."""
    return _each(", ", "coalesce(({one}).{column}, ({other}).{column}) as {column}", columns, row, other)


def _each(
    separator: LiteralString, pattern: LiteralString, columns: Iterable[str], one: str, other: str = ""
) -> sql.Composed:
    return sql.SQL(separator).join(
        sql.SQL(pattern).format(
            column=sql.Identifier(column), one=sql.Identifier(one), other=sql.Identifier(other)
        )
        for column in columns
    )
