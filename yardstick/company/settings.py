"""company.yml: who the company is, and how its CRMs are to be read."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal, Required

from pydantic import Field, create_model

from yardstick.company.bitrix24_settings import Bitrix24Source
from yardstick.company.digest_settings import Digest
from yardstick.company.hubspot_settings import HubspotSource
from yardstick.company.odoo_settings import OdooSource
from yardstick.company.values import (
    Country,
    Currency,
    Day,
    Delimiter,
    Encoding,
    MomentFormat,
    RecordUrl,
    Thousands,
    TimeOfDay,
    TimeZone,
)
from yardstick.extract.entities import ENTITIES, REQUIRED_FIELDS, given_fields
from yardstick.extract.records import Landing
from yardstick.languages import Language
from yardstick.reading.strict import Number, Slug, Strict, Text, strict_mapping

Policy = Literal["capacity", "history_share", "equal"]
Decimals = Literal[".", ","]


class Stages(Strict):
    """What the CRM's deal stages mean, each list in the order of the funnel."""

    open: tuple[Text, ...]
    """the stages of a deal that is not decided yet, in the order of the funnel"""
    won: Annotated[tuple[Text, ...], Field(min_length=1)]
    """the stages of a won deal, at least one"""
    lost: tuple[Text, ...]
    """the stages of a lost deal"""


class CsvEntity(Strict):
    """One CSV file of a source, and how its columns are called here."""

    file: Text
    """the file's name inside the source's folder, such as deals.csv"""
    fields: dict[str, str]
    """field: the file's column, such as owner_id: sales_agent"""
    date_formats: dict[str, str] = Field(default={})
    """field: format, where it differs from the source's date_format"""
    aliases: dict[str, dict[str, str]] = Field(default={})
    """field: {as written: as meant}, such as product_id: {GTXPro: GTX Pro}"""


def _entity_model(entity: str) -> type[CsvEntity]:
    """CsvEntity that knows the entity's fields, so that a wrong one is an error at its own line."""
    types, required = ENTITIES[entity], REQUIRED_FIELDS[entity]
    fields = {field: Required[Text] if field in required else Text for field in types}
    moments = {field: MomentFormat for field, kind in types.items() if kind == "moment"}
    aliased = {field: dict[Text, Text] for field, kind in types.items() if kind == "text"}
    described = f"field: the file's column, at least for {', '.join(required)}"
    return create_model(
        f"{entity.title().replace('_', '')}Csv",
        __base__=CsvEntity,
        __doc__=f"The CSV file of {entity}.",
        fields=(strict_mapping(f"{entity}_fields", fields), Field(description=described)),
        date_formats=(strict_mapping(f"{entity}_date_formats", moments), _described_as("date_formats")),
        aliases=(strict_mapping(f"{entity}_aliases", aliased), _described_as("aliases")),
    )


def _described_as(field: str) -> Any:
    return Field(default={}, description=CsvEntity.model_fields[field].description)


if TYPE_CHECKING:
    Entities = dict[str, CsvEntity]
else:
    Entities = strict_mapping("Entities", {entity: _entity_model(entity) for entity in ENTITIES})


class CsvSource(Strict):
    """A CRM, or another system, that exports CSV files."""

    name: Slug
    """a short name of lower-case letters, digits and _, first a letter: what its records are known by"""
    kind: Literal["csv"]
    """csv"""
    folder: Text
    """the folder of the export, relative to the company folder"""
    delimiter: Delimiter = ","
    """the character between two cells"""
    encoding: Encoding = "utf-8"
    """the files' text encoding, such as utf-8 or cp1251"""
    date_format: MomentFormat
    """how dates are written, in strptime's words, such as %Y-%m-%d or %d.%m.%Y"""
    decimal: Decimals = "."
    """the character before decimals: "." or "," """
    thousands: Thousands = ""
    """the character between thousands, or "" for none"""
    record_url: RecordUrl | None = None
    """the CRM's address of a record, such as https://crm.example.com/{entity}/{id}"""
    entities: Annotated[Entities, Field(min_length=1)]
    """what the export holds: a file for each of deals, people, accounts, … (at least one)"""
    stages: Stages | None = None
    """which of the CRM's deal stages are open, won, lost: needed when deals or stage_entries are mapped"""

    @property
    def given_entities(self) -> tuple[str, ...]:
        """The canonical entities that the source gives."""
        return tuple(self.entities)

    @property
    def landings(self) -> tuple[Landing, ...]:
        """What lands of the source: a file is an entity."""
        return tuple(Landing(entity, is_steady=True) for entity in self.entities)

    def landing_of(self, entity: str) -> str:
        """What lands of a canonical entity: itself."""
        return entity

    def given_fields(self) -> Iterator[tuple[str, str]]:
        """Entity and field of all that the source gives."""
        for entity, mapping in self.entities.items():
            for field in sorted(given_fields(entity, mapping.fields)):
                yield entity, field


#: A CRM that is asked through its API.
ApiSource = OdooSource | HubspotSource | Bitrix24Source
Source = Annotated[CsvSource | ApiSource, Field(discriminator="kind")]


class WorkingHours(Strict):
    """The hours of a working day in which people answer."""

    begin: Annotated[TimeOfDay, Field(alias="from")] = "09:00"
    """when work begins, such as 09:00"""
    end: Annotated[TimeOfDay, Field(alias="to")] = "18:00"
    """when work ends, later on the same day, such as 18:00; 24:00 for midnight"""


class Plan(Strict):
    """How the targets that nobody gave are derived from those that were given."""

    policy: Policy = "capacity"
    """by what the children share a parent's target: capacity, history_share or equal"""
    policies: dict[Text, Policy] = Field(default={})
    """KPI: policy, where it is another one, such as bookings: history_share"""
    history_months: Annotated[int, Field(ge=1, le=36)] = 12
    """how many months before a fiscal year make the shares of history_share, 1 to 36"""
    ramp: Annotated[tuple[Annotated[Number, Field(ge=0, le=1)], ...], Field(min_length=1)] = (
        Decimal("0.25"),
        Decimal("0.5"),
        Decimal("0.75"),
        Decimal(1),
    )
    """what share of a full day, 0 to 1, a day counts in each month since the hire; the last one stays"""

    def policy_of(self, kpi_id: str) -> Policy:
        """By what the children share a target of the KPI."""
        return self.policies.get(kpi_id, self.policy)


class CompanySettings(Strict):
    """The file company.yml."""

    id: Slug
    """a short name of lower-case letters, digits and _, first a letter: it names the company's database"""
    name: Text
    """the company's name as people read it"""
    currency: Currency
    """the company's own currency, an ISO 4217 code such as EUR"""
    time_zone: TimeZone
    """the time zone in which the company's days begin, such as Europe/Berlin"""
    fiscal_year_start: Annotated[int, Field(ge=1, le=12)] = 1
    """the month in which the fiscal year starts, 1 to 12"""
    country: Country
    """the country whose public holidays are no working days, such as DE"""
    subdivision: Text | None = None
    """the state or province whose public holidays count too, such as BY"""
    working_hours: WorkingHours = WorkingHours()
    """the hours of a working day in which response times run: {from: "09:00", to: "18:00"} if left out"""
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("en", "ru")
    """the languages of titles and dashboards: en, ru or both"""
    preview: bool = True
    """whether a published night leaves the dashboards behind as one page; yes if left out"""
    attainment_cap: Annotated[Number, Field(ge=1)] = Decimal("1.5")
    """the attainment above which a person's weighted scorecard counts no more, 1 or more; 1.5 if left out"""
    plan: Plan = Plan()
    """how targets that nobody gave are derived: by capacity if left out"""
    as_of: Day | None = None
    """the last day that counts, such as 2026-06-30; without it, yesterday"""
    digest: Digest | None = None
    """how people are told each morning where they stand; they are not if left out"""
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    """where the company's records come from, at least one source"""

    def given_inputs(self) -> frozenset[str]:
        """All that the sources give, as entity.field."""
        return frozenset(
            f"{entity}.{field}" for source in self.sources for entity, field in source.given_fields()
        )
