"""Secrets by name: from the environment, or from a connection of Airflow's."""

import os

from yardstick.company import Secret
from yardstick.errors import UsageError


def reveal(secret: Secret, where: str) -> str:
    """The secret itself; `where` is the key of company.yml that names it.

    Raises UsageError saying what to set if it is not there.
    """
    if secret.env is not None:
        value = os.environ.get(secret.env, "")
        if not value.strip():
            raise UsageError(
                f"{where}: found no environment variable {secret.env}; expected it to hold the key. "
                "Set it where the refresh runs; the key itself never stands in company.yml."
            )
        return value.strip()
    return _of_connection(str(secret.connection), where)


def _of_connection(connection_id: str, where: str) -> str:
    from airflow.sdk import Connection  # slow to import, and most sources need none

    try:
        password = Connection.get(connection_id).password
    except Exception as error:  # whatever the backend of secrets raises
        found = f"no Airflow connection {connection_id} ({type(error).__name__})"
        raise UsageError(f"{where}: found {found}; expected one whose password is the key.") from None
    if not password:
        raise UsageError(
            f"{where}: found Airflow connection {connection_id} without a password; expected the key there."
        )
    return str(password)
