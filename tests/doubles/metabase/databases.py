"""Databases that Metabase reads: their tables and fields, as a sync finds them, and queries on them."""

import itertools
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import psycopg

from doubles.metabase.refusals import Refused, not_found, required
from doubles.metabase.template_tags import Missing, substitute

REDACTED = "**MetabasePass**"
_TYPES = {
    "text": "type/Text",
    "date": "type/Date",
    "boolean": "type/Boolean",
    "integer": "type/Integer",
    "bigint": "type/BigInteger",
    "timestamp with time zone": "type/DateTimeWithLocalTZ",
}
_COLUMNS = """
    select
        class.relname as "table",
        attribute.attname as name,
        format_type(attribute.atttypid, null) as type,
        col_description(class.oid, attribute.attnum) as description,
        obj_description(class.oid, 'pg_class') as table_description,
        coalesce(attribute.attnum = any(index.indkey) and index.indnkeyatts = 1, false) as is_key
    from pg_attribute as attribute
    inner join pg_class as class on attribute.attrelid = class.oid
    left join pg_index as index on class.oid = index.indrelid and index.indisprimary
    where class.relnamespace = to_regnamespace(%s) and class.relkind in ('r', 'v', 'm')
        and attribute.attnum > 0 and not attribute.attisdropped
    order by class.relname, attribute.attnum
"""


@dataclass
class Database:
    """One connection, and what is known of what it leads to."""

    id: int
    name: str
    engine: str
    details: dict[str, Any]
    description: str | None = None
    tables: dict[int, dict[str, Any]] = field(default_factory=dict)

    def shown(self) -> dict[str, Any]:
        details = {**self.details, "password": REDACTED}
        return {
            "id": self.id,
            "name": self.name,
            "engine": self.engine,
            "description": self.description,
            "details": details,
            "is_sample": False,
            "initial_sync_status": "complete" if self.tables else "incomplete",
        }

    def connect(self) -> psycopg.Connection:
        given = self.details
        return psycopg.connect(
            host=given["host"],
            port=given["port"],
            dbname=given["dbname"],
            user=given["user"],
            password=given["password"],
            connect_timeout=5,
            sslmode="disable",
        )


class Databases:
    """All of them. A sync is seen only when the metadata have been asked for `sync_lag` times."""

    def __init__(self) -> None:
        self.known: dict[int, Database] = {}
        self.fields: dict[int, dict[str, Any]] = {}
        self.sync_lag = 0
        self._due: dict[int, int] = {}
        self._numbers = itertools.count(11)

    def find(self, number: int) -> Database:
        if number not in self.known:
            raise not_found()
        return self.known[number]

    def add(self, body: Any) -> Database:
        given = required(body, "name", "engine", "details")
        database = Database(next(self._numbers), given["name"], given["engine"], dict(given["details"]))
        self._refuse_unreachable(database)
        self.known[database.id] = database
        self._due[database.id] = self.sync_lag
        return database

    def change(self, number: int, body: dict[str, Any]) -> Database:
        database = self.find(number)
        details = body.get("details") or {}
        if details.get("password") == REDACTED:
            details = {**details, "password": database.details["password"]}
        changed = Database(
            number,
            body.get("name") or database.name,
            body.get("engine") or database.engine,
            {**database.details, **details},
            body.get("description", database.description),
            database.tables,
        )
        self._refuse_unreachable(changed)
        self.known[number] = changed
        return changed

    def _refuse_unreachable(self, database: Database) -> None:
        try:
            database.connect().close()
        except psycopg.OperationalError as error:
            said = str(error).strip()
            raise Refused(400, {"message": said, "errors": {"password": "check your password"}}) from None

    def health(self, number: int) -> dict[str, str]:
        try:
            self.find(number).connect().close()
        except psycopg.OperationalError as error:
            return {"status": "error", "message": str(error)}
        return {"status": "ok"}

    def ask_for_sync(self, number: int) -> None:
        self.find(number)
        self._due[number] = self.sync_lag

    def metadata(self, number: int) -> dict[str, Any]:
        """All tables and their fields, after a sync if one is due."""
        database = self.find(number)
        if number in self._due:
            self._due[number] -= 1
            if self._due[number] < 0:
                del self._due[number]
                self._sync(database)
        tables = [
            {**table, "fields": [one for one in self.fields.values() if one["table_id"] == table["id"]]}
            for table in database.tables.values()
        ]
        return {**database.shown(), "tables": tables}

    def _sync(self, database: Database) -> None:
        """Find what is new. A description, once there, is kept whatever the database says later."""
        schema = database.details.get("schema-filters-patterns", "public")
        by_name = {table["name"]: table for table in database.tables.values()}
        known = {(one["table_id"], one["name"]): one for one in self.fields.values()}
        with database.connect() as connection, connection.cursor() as cursor:
            cursor.execute(_COLUMNS, [schema])
            for table, name, kind, description, table_description, is_key in cursor.fetchall():
                if table not in by_name:
                    found = {"id": next(self._numbers), "name": table, "schema": schema, "description": None}
                    by_name[table] = database.tables[found["id"]] = {**found, "db_id": database.id}
                here = by_name[table]
                here["description"] = here["description"] or table_description
                column = known.get((here["id"], name))
                if column is None:
                    column = {
                        "id": next(self._numbers),
                        "table_id": here["id"],
                        "name": name,
                        "display_name": name.replace("_", " ").capitalize(),
                        "base_type": _TYPES.get(kind, "type/Decimal" if kind == "numeric" else "type/*"),
                        "semantic_type": "type/PK" if is_key else None,
                        "fk_target_field_id": None,
                        "description": None,
                    }
                    self.fields[column["id"]] = column
                column["description"] = column["description"] or description

    def change_table(self, number: int, body: dict[str, Any]) -> dict[str, Any]:
        for database in self.known.values():
            if number in database.tables:
                database.tables[number] |= body
                return database.tables[number]
        raise not_found()

    def change_field(self, number: int, body: dict[str, Any]) -> dict[str, Any]:
        if number not in self.fields:
            raise not_found()
        self.fields[number] |= body
        return self.fields[number]

    def run(self, query: dict[str, Any], values: dict[str, Any], today: date) -> dict[str, Any]:
        """Run a question's SQL with a value for some of its tags; a failure is an answer, too."""
        database, native = self.find(query["database"]), query["native"]
        try:
            statement = substitute(
                native["query"], native.get("template-tags") or {}, values, self._column, today
            )
            with database.connect() as connection, connection.cursor() as cursor:
                cursor.execute(statement.sql, statement.values)  # type: ignore[arg-type]
                columns = [column.name for column in cursor.description or ()]
                rows = [list(row) for row in cursor.fetchmany(2000)]
        except Missing as error:
            return _failed(str(error), "missing-required-parameter")
        except psycopg.Error as error:
            return _failed(f"ERROR: {error}", "invalid-query")
        shown = [
            [value if isinstance(value, (int, bool)) else _shown(value) for value in row] for row in rows
        ]
        return {
            "status": "completed",
            "row_count": len(shown),
            "data": {"rows": shown, "cols": [{"name": name, "display_name": name} for name in columns]},
        }

    def _column(self, number: int) -> str:
        """A field filter's column: qualified in full, whatever alias the SQL gives its table."""
        one = self.fields[number]
        table = next(
            database.tables[one["table_id"]]
            for database in self.known.values()
            if one["table_id"] in database.tables
        )
        return f'"{table["schema"]}"."{table["name"]}"."{one["name"]}"'


def _shown(value: Any) -> Any:
    return value if value is None else float(value) if hasattr(value, "as_tuple") else str(value)


def _failed(message: str, kind: str) -> dict[str, Any]:
    return {
        "status": "failed",
        "error": message,
        "error_type": kind,
        "row_count": 0,
        "data": {"rows": [], "cols": []},
    }
