"""What company.yml says of an Odoo."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from yardstick.company.own_fields import given_by_crm
from yardstick.company.secret import Secret
from yardstick.company.values import FieldName, RecordUrl, WebAddress
from yardstick.extract.entities import known_entity
from yardstick.extract.odoo_models import GIVEN, MADE_OF, landings
from yardstick.extract.records import Landing
from yardstick.reading.strict import Slug, Strict, Text


class OdooStages(Strict):
    """Which of Odoo's stages mean that a deal is lost: which are won, Odoo says itself."""

    lost: Annotated[tuple[Text, ...], Field(min_length=1)]
    """the stages that deals are moved to when they are lost, beside those marked as lost"""


class OdooDealFields(Strict):
    """Which fields of crm.lead, made for the company, hold what Odoo itself has no field for."""

    kind: FieldName | None = None
    """the field that says whether a deal is new, expansion or renewal, such as x_studio_kind"""


class OdooLineFields(Strict):
    """Which fields of sale.order.line hold what only some Odoo have."""

    unit_cost: FieldName | None = None
    """the field that holds what a unit costs the company: purchase_price where margins are installed"""


class OdooActivityFields(Strict):
    """Which fields of mail.activity hold what only some Odoo have."""

    completed_at: FieldName | None = None
    """the field of the day on which it was done: date_done where Odoo keeps activities that are done"""


class OdooFields(Strict):
    """Fields that only this company's Odoo has."""

    deals: OdooDealFields = OdooDealFields()
    """of deals: kind"""
    lines: OdooLineFields = OdooLineFields()
    """of lines: unit_cost"""
    activities: OdooActivityFields = OdooActivityFields()
    """of activities: completed_at"""


def _entity(name: str) -> str:
    return known_entity(name, GIVEN)


OdooEntities = Annotated[
    tuple[Annotated[str, AfterValidator(_entity)], ...],
    Field(min_length=1, json_schema_extra={"items": {"enum": list(GIVEN)}}),
]


class OdooSource(Strict):
    """Odoo, read through its external API."""

    name: Slug
    """a short name of lower-case letters, digits and _, first a letter: what its records are known by"""
    kind: Literal["odoo"]
    """odoo"""
    url: WebAddress
    """where Odoo is, such as https://acme.odoo.com"""
    database: Text
    """the name of its database, such as acme"""
    user: Text
    """the login of the user whose key it is: this user's rights decide which records are seen"""
    api_key: Secret
    """where the key is: {env: NAME} or {connection: ID}"""
    record_url: RecordUrl | None = None
    """Odoo's address of a record, such as https://acme.odoo.com/odoo/{entity}/{id}"""
    entities: OdooEntities = tuple(GIVEN)
    """what is taken: deals, people, accounts, …; all that Odoo gives if left out"""
    stages: OdooStages | None = None
    """which stages mean lost, where the company has such: {lost: [Lost]}"""
    fields: OdooFields = OdooFields()
    """the fields of this Odoo for what not every Odoo has: {deals: {kind: x_studio_kind}}"""
    teams: dict[Text, Text] = Field(default={})
    """sales team in Odoo: node of org.csv, for the teams' invoicing targets"""

    @property
    def given_entities(self) -> tuple[str, ...]:
        """The canonical entities that the source gives."""
        return self.entities

    @property
    def landings(self) -> tuple[Landing, ...]:
        """What lands of the source: one entity per model of Odoo."""
        return landings(self.entities)

    def landing_of(self, entity: str) -> str:
        """What lands and makes a canonical entity, or most of it."""
        return MADE_OF[entity].replace(".", "_")

    def given_fields(self) -> Iterator[tuple[str, str]]:
        """Entity and field of all that the source gives."""
        given = {entity: GIVEN[entity] for entity in self.entities}
        return given_by_crm(given, self.fields)
