"""How company.yml names a secret."""

from typing import Self

from pydantic import model_validator

from yardstick.reading.strict import Strict, Text


class Secret(Strict):
    """A secret by name: it stands in the environment or in an Airflow connection, never in a file."""

    env: Text | None = None
    """the environment variable that holds it, such as ODOO_API_KEY"""
    connection: Text | None = None
    """the Airflow connection whose password it is, such as odoo"""

    @model_validator(mode="after")
    def _has_one_name(self) -> Self:
        if (self.env is None) == (self.connection is None):
            raise ValueError("either env: the name of an environment variable, or connection: of Airflow's")
        return self
