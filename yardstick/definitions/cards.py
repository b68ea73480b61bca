"""The cards of KPIs: what people agree on about each, as their files hold it."""

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from yardstick.definitions.formulas import Formula
from yardstick.extract.entities import ENTITIES
from yardstick.reading.strict import Bilingual, Number, Strict, Text, strict_mapping
from yardstick.reading.wording import did_you_mean

Dimension = Literal["completeness", "validity", "uniqueness"]
DIMENSIONS: tuple[Dimension, ...] = ("completeness", "validity", "uniqueness")
ShortestPeriod = Literal["week", "month", "quarter", "year"]
SHORTEST_PERIODS: tuple[ShortestPeriod, ...] = ("week", "month", "quarter", "year")

_INPUTS = [f"{entity}.{field}" for entity, fields in ENTITIES.items() for field in fields]


def _input(name: str) -> str:
    if name not in _INPUTS:
        raise ValueError(f"entity.field, such as deals.closed_at{did_you_mean(name, _INPUTS)}")
    return name


def _expression(text: str) -> str:
    Formula(text)
    return text


Share = Annotated[Number, Field(ge=0, le=1)]
Input = Annotated[str, AfterValidator(_input), Field(json_schema_extra={"enum": _INPUTS})]

if TYPE_CHECKING:
    Thresholds = dict[Dimension, Decimal]
else:
    Thresholds = strict_mapping("Thresholds", dict.fromkeys(DIMENSIONS, Share))


class Band(Strict):
    """The band in which a KPI ought to lie."""

    lowest: Annotated[Number, Field(gt=0, alias="from")]
    """the lowest value that is right, above 0"""
    highest: Annotated[Number, Field(gt=0, alias="to")]
    """the highest value that is right, above the lowest"""


class Card(Strict):
    """What people agree on about a KPI, however it is computed."""

    title: Bilingual
    """the KPI's title in both languages: {en: …, ru: …}"""
    meaning: Bilingual
    """what the KPI means, a sentence in both languages: {en: …, ru: …}"""
    formula: Annotated[Text, Field(max_length=120)]
    """the formula as people say it, at most 120 characters"""
    unit: Literal["money", "count", "share", "days", "minutes"]
    """money, count, share, days or minutes"""
    direction: Literal["up", "down", "band"]
    """up (more is better), down (less is better) or band (inside is better)"""
    band: Band | None = None
    """the band of a KPI whose direction is band: {from: …, to: …}"""
    aggregation: str
    """how rows, or other KPIs, become the KPI's value"""
    over_time: Literal["flow", "balance"]
    """flow (a period's events add up) or balance (the state on the period's last day)"""
    shortest_period: ShortestPeriod = "week"
    """the shortest period in which the KPI says something: week, month, quarter or year"""
    timing: Literal["lead", "lag"]
    """lead (tells what comes) or lag (tells what was achieved)"""
    owner: Text
    """who answers for the definition"""
    counter_kpi: Text | None = None
    """the KPI that shows when this one is gamed, or null"""
    worked_example: Bilingual
    """an example that a person can compute by hand, in both languages: {en: …, ru: …}"""


class CountedCard(Card):
    """The card of a KPI that counts rows, under the key config.meta.kpi of its dbt model."""

    aggregation: Literal["sum", "ratio", "median", "distinct"]
    """sum, ratio (sum of numerators by sum of denominators), median or distinct"""
    inputs: Annotated[tuple[Input, ...], Field(min_length=1)]
    """the fields that the KPI needs, as entity.field, such as deals.closed_at"""
    parameters: dict[str, Number] = Field(default={})
    """name: number, for each number that a person may set"""
    thresholds: Thresholds = Field(default={})
    """completeness, validity, uniqueness: share from 0 to 1, where it differs from the default"""


class CompositeCard(Card):
    """The card of a KPI that is a formula over other KPIs."""

    aggregation: Literal["composite"] = "composite"
    """composite: computed at every node and in every period from the values of other KPIs there"""
    expression: Annotated[Text, AfterValidator(_expression)]
    """the formula over other KPIs' values, such as bookings.actual / bookings.target"""


class Definition(Card):
    """A KPI's card, with the KPI's id and the file in which the card stands."""

    kpi_id: str
    file: Path


class Counted(CountedCard, Definition):
    """The definition of a KPI that counts rows."""


class Composite(CompositeCard, Definition):
    """The definition of a KPI that is a formula over other KPIs."""

    @property
    def calculation(self) -> Formula:
        """The formula that the expression is."""
        return Formula(self.expression)

    @property
    def input_kpis(self) -> tuple[str, ...]:
        """The KPIs that the expression names, in its order, each once."""
        return tuple(dict.fromkeys(str(value.kpi_id) for value in self.calculation.inputs))


class _Dbt(BaseModel):
    """A part of a dbt file that dbt itself checks: what is not named here is none of our business."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class DbtMeta(_Dbt):
    """meta of a dbt model."""

    kpi: CountedCard
    """the KPI's definition: title, meaning, formula, unit, …"""


class DbtConfig(_Dbt):
    """config of a dbt model."""

    meta: DbtMeta
    """kpi: the KPI's definition"""


class DbtModel(_Dbt):
    """A dbt model."""

    name: Text
    """the model's name, which is the file's: kpi_ and the KPI's id"""
    config: DbtConfig
    """meta: with the KPI's definition under kpi"""


class DefinitionFile(_Dbt):
    """A file kpi_<kpi_id>.yml."""

    models: Annotated[tuple[DbtModel, ...], Field(min_length=1, max_length=1)]
    """exactly one model: the KPI's own"""


class CompositeFile(Strict):
    """A file composites/<kpi_id>.yml."""

    kpi: CompositeCard
    """the KPI's definition: title, meaning, formula, expression, unit, …"""
