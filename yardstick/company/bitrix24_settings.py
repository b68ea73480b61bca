"""What company.yml says of a Bitrix24."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from yardstick.company.own_fields import given_by_crm
from yardstick.company.secret import Secret
from yardstick.company.values import ItemField, RecordUrl, WebAddress
from yardstick.extract.bitrix24_lists import GIVEN, MADE_OF, landings
from yardstick.extract.entities import known_entity
from yardstick.extract.records import Landing
from yardstick.reading.strict import Slug, Strict


class Bitrix24DealFields(Strict):
    """Which fields of deals, made for the company, hold what Bitrix24 itself has no field for."""

    kind: ItemField | None = None
    """the field that says whether a deal is new, expansion or renewal: typeId or one of its own, UF_CRM_…"""


class Bitrix24Fields(Strict):
    """Fields that only this company's Bitrix24 has, or fills so."""

    deals: Bitrix24DealFields = Bitrix24DealFields()
    """of deals: kind"""


def _entity(name: str) -> str:
    return known_entity(name, GIVEN)


Bitrix24Entities = Annotated[
    tuple[Annotated[str, AfterValidator(_entity)], ...],
    Field(min_length=1, json_schema_extra={"items": {"enum": list(GIVEN)}}),
]


class Bitrix24Source(Strict):
    """Bitrix24, read through an incoming webhook."""

    #: Bitrix24 itself says what its stages mean, and has no targets of teams.
    stages: ClassVar[None] = None
    teams: ClassVar[dict[str, str]] = {}

    name: Slug
    """a short name of lower-case letters, digits and _, first a letter: what its records are known by"""
    kind: Literal["bitrix24"]
    """bitrix24"""
    url: WebAddress
    """where the portal is, such as https://acme.bitrix24.com"""
    webhook: Secret
    """where the incoming webhook's address is, which is a secret: {env: NAME} or {connection: ID}"""
    record_url: RecordUrl | None = None
    """the portal's address of a record, such as https://acme.bitrix24.com/crm/deal/details/{id}/"""
    entities: Bitrix24Entities = tuple(GIVEN)
    """what is taken: deals, people, accounts, …; all that Bitrix24 gives if left out"""
    fields: Bitrix24Fields = Bitrix24Fields()
    """the fields of this Bitrix24 for what not every one has: {deals: {kind: typeId}}"""

    @property
    def given_entities(self) -> tuple[str, ...]:
        """The canonical entities that the source gives."""
        return self.entities

    @property
    def landings(self) -> tuple[Landing, ...]:
        """What lands of the source: one entity per list of Bitrix24."""
        return landings(self.entities)

    def landing_of(self, entity: str) -> str:
        """What lands and makes a canonical entity, or most of it."""
        return MADE_OF[entity]

    def given_fields(self) -> Iterator[tuple[str, str]]:
        """Entity and field of all that the source gives."""
        given = {entity: GIVEN[entity] for entity in self.entities}
        return given_by_crm(given, self.fields)
