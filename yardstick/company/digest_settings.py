"""The section digest of company.yml: how people are told each morning where they stand."""

from typing import Self

from pydantic import model_validator

from yardstick.company.secret import Secret
from yardstick.company.values import EmailAddress, WebAddress
from yardstick.reading.strict import Strict, Text


class DigestEmail(Strict):
    """How the morning's messages go by e-mail."""

    connection: Text = "smtp_default"
    """the Airflow connection of the mail server, such as smtp_default"""
    sender: EmailAddress
    """the address that messages come from, such as kpi@acme.example"""


class Digest(Strict):
    """Which ways the morning's messages go to the people of recipients.csv, and whom a held night is told."""

    email: DigestEmail | None = None
    """how they go by e-mail: {connection: smtp_default, sender: kpi@acme.example}"""
    webhook: Secret | None = None
    """where the address is that a chat takes messages at: {env: NAME} or {connection: ID}"""
    operations: tuple[EmailAddress, ...] = ()
    """the addresses of operations, who are told of a night that was not published"""
    dashboards: WebAddress | None = None
    """the address of the dashboards, for a link in each message"""

    @model_validator(mode="after")
    def _has_a_way(self) -> Self:
        if self.email is None and self.webhook is None:
            raise ValueError("email or webhook, at least one of them")
        if self.operations and self.email is None:
            raise ValueError("email beside operations, who have no other address")
        return self
