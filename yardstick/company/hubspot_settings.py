"""What company.yml says of a HubSpot."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from yardstick.company.own_fields import given_by_crm
from yardstick.company.secret import Secret
from yardstick.company.values import FieldName, RecordUrl, WebAddress
from yardstick.extract.entities import known_entity
from yardstick.extract.hubspot_objects import GIVEN, MADE_OF, given_of, landings
from yardstick.extract.records import Landing
from yardstick.reading.strict import Slug, Strict, Text


class HubspotDealFields(Strict):
    """Which properties of deals hold what HubSpot itself does not say in these words."""

    kind: FieldName | None = None
    """the property that says whether a deal is new, expansion or renewal, such as dealtype"""


class HubspotFields(Strict):
    """Properties in which this company's HubSpot keeps what not every one has."""

    deals: HubspotDealFields = HubspotDealFields()
    """of deals: kind"""


def _entity(name: str) -> str:
    return known_entity(name, GIVEN)


HubspotEntities = Annotated[
    tuple[Annotated[str, AfterValidator(_entity)], ...],
    Field(min_length=1, json_schema_extra={"items": {"enum": list(GIVEN)}}),
]


class HubspotSource(Strict):
    """HubSpot, read through its API with the token of a private app."""

    name: Slug
    """a short name of lower-case letters, digits and _, first a letter: what its records are known by"""
    kind: Literal["hubspot"]
    """hubspot"""
    url: WebAddress = "https://api.hubapi.com"
    """where HubSpot's API is: left out, https://api.hubapi.com"""
    token: Secret
    """where the private app's token is: {env: NAME} or {connection: ID}"""
    record_url: RecordUrl | None = None
    """HubSpot's address of a record, such as https://app.hubspot.com/contacts/123/record/0-3/{id}"""
    entities: HubspotEntities = tuple(GIVEN)
    """what is taken: deals, people, accounts, …; all that HubSpot gives if left out"""
    fields: HubspotFields = HubspotFields()
    """the properties that only this HubSpot has: {deals: {kind: dealtype}}"""
    goals: dict[Text, Text] = Field(default={})
    """goal in HubSpot: the KPI that it is a target for, such as Quota: bookings"""
    teams: dict[Text, Text] = Field(default={})
    """team in HubSpot: node of org.csv, for the goals of teams"""
    calls_in_10_seconds: Annotated[int, Field(ge=10)] = 190
    """how many calls HubSpot allows in ten seconds, 10 or more: 100 on Free and Starter, 190 if left out"""

    @property
    def stages(self) -> None:
        """HubSpot says itself what its stages mean."""

    @property
    def given_entities(self) -> tuple[str, ...]:
        """The canonical entities that the source gives."""
        return self.entities

    @property
    def landings(self) -> tuple[Landing, ...]:
        """What lands of the source."""
        return landings(self.entities)

    def landing_of(self, entity: str) -> str:
        """What lands and makes a canonical entity, or most of it."""
        return MADE_OF[entity]

    def given_fields(self) -> Iterator[tuple[str, str]]:
        """Entity and field of all that the source gives."""
        given = {entity: given_of(entity, self.entities) for entity in self.entities}
        return given_by_crm(given, self.fields)
