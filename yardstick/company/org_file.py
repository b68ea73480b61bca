"""org.csv holds two tables in one: where nodes belong, and who heads them."""

from pathlib import Path

from yardstick.company.tables import HeadRow, OrgLine, OrgRow
from yardstick.reading.csv_tables import Row, Table, read_table


def read_org(file: Path) -> tuple[Table[OrgRow], Table[HeadRow]]:
    """The rows that make the tree, with every problem of the file, and those of heads and deputies."""
    table = read_table(file, OrgLine)
    nodes: list[Row[OrgRow]] = []
    heads: list[Row[HeadRow]] = []
    for row in table.rows:
        if row.value.kind == "head" or row.value.kind == "deputy":
            heads.append(Row(row.line, HeadRow.model_construct(**dict(row.value))))
        else:
            nodes.append(Row(row.line, OrgRow.model_construct(**dict(row.value))))
    return Table(file, tuple(nodes), table.problems), Table(file, tuple(heads), ())
