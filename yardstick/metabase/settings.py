"""Where Metabase is and who signs in, from the environment or from Airflow's connection `metabase`."""

import os
from dataclasses import dataclass, field
from typing import Any

from yardstick.errors import UsageError

CONNECTION = "metabase"
HOW_TO = (
    "Set METABASE_URL and METABASE_API_KEY, a key of group Administrators; or METABASE_URL, METABASE_EMAIL "
    "and METABASE_PASSWORD, an administrator, whom an empty Metabase gets as its first. In Airflow a "
    f"connection {CONNECTION!r} does as well: its host, its password as key, or its login and password."
)


@dataclass(frozen=True)
class MetabaseSettings:
    """An address, and either a key or the e-mail and password of an administrator."""

    url: str
    api_key: str | None = field(default=None, repr=False)
    email: str | None = None
    password: str | None = field(default=None, repr=False)


def metabase_is_named() -> bool:
    """Whether anything says that there is a Metabase."""
    return bool(_url()) or _connection() is not None


def metabase_settings() -> MetabaseSettings:
    """What is set; raises UsageError saying what to set where something is missing."""
    url = _url()
    if not url:
        return _of_connection()
    api_key, email, password = (
        os.environ.get(name, "").strip() or None
        for name in ("METABASE_API_KEY", "METABASE_EMAIL", "METABASE_PASSWORD")
    )
    return _complete(MetabaseSettings(url.rstrip("/"), api_key, email, password))


def _complete(settings: MetabaseSettings) -> MetabaseSettings:
    if not settings.url.startswith(("http://", "https://")):
        raise UsageError(
            f"METABASE_URL: found {settings.url!r}; expected an address such as https://metabase.example.com"
        )
    if settings.api_key is None and (settings.email is None or settings.password is None):
        raise UsageError(f"Metabase: found its address {settings.url} and nobody to sign in. {HOW_TO}")
    return settings


def _url() -> str:
    return os.environ.get("METABASE_URL", "").strip()


def _connection() -> Any:
    """Airflow's connection, or None."""
    from airflow.sdk import Connection  # slow to import, and not needed with METABASE_URL

    try:
        return Connection.get(CONNECTION)
    except Exception:  # whatever the backend of secrets raises where there is none
        return None


def _of_connection() -> MetabaseSettings:
    connection = _connection()
    if connection is None:
        raise UsageError(f"Metabase: found no address. {HOW_TO}")
    host = str(connection.host or "")
    if "://" not in host:
        host = f"{connection.schema or 'http'}://{host}"
    url = host if connection.port is None else f"{host}:{connection.port}"
    if connection.login:
        return _complete(MetabaseSettings(url, email=connection.login, password=connection.password))
    return _complete(MetabaseSettings(url, api_key=connection.password))
