"""The warehouse as a database of Metabase's, read as `yardstick_reader`."""

from typing import Any

from yardstick.company import Company
from yardstick.metabase.changes import Writer
from yardstick.server.embedded import Role
from yardstick.warehouse import database_name
from yardstick.warehouse import ensure_database as ensure_warehouse

ENGINE = "postgres"


def ensure_database(company: Company, writer: Writer) -> int:
    """The number of the company's database, made where it is not there; known by the database it leads to."""
    wanted = _fields(company)
    existing = _find(writer.session.get("/api/database/"), wanted["details"])
    what = f"database {wanted['name']}"
    if existing is None:
        return int(writer.make("/api/database/", what, wanted)["id"])
    secret = wanted["details"].pop("password")
    path = f"/api/database/{existing['id']}"
    known = {name: existing["details"].get(name) for name in wanted["details"]}
    # Metabase tells no password: whether it has the right one shows only where it signs in
    if known != wanted["details"] or writer.session.get(f"{path}/healthcheck").get("status") != "ok":
        details = {**wanted["details"], "password": secret}
        shown = {**known, "password": "its own"}
        writer.change(
            path, what, {"engine": ENGINE, "details": shown}, {"engine": ENGINE, "details": details}
        )
    return int(existing["id"])


def _fields(company: Company) -> dict[str, Any]:
    login = ensure_warehouse(company).login(Role.READER, database_name(company))
    details = {
        "host": login["host"],
        "port": int(login["port"]),
        "dbname": login["dbname"],
        "user": login["user"],
        "password": login["password"],
        "ssl": False,
        "schema-filters-type": "inclusion",
        "schema-filters-patterns": "kpi",
    }
    return {"name": f"{company.settings.name} (Yardstick)", "engine": ENGINE, "details": details}


def _find(answer: Any, details: dict[str, Any]) -> dict[str, Any] | None:
    databases = answer["data"] if isinstance(answer, dict) else answer
    for database in databases:
        known = database.get("details") or {}
        if database["engine"] == ENGINE and all(
            known.get(name) == details[name] for name in ("dbname", "user")
        ):
            return dict(database)
    return None
