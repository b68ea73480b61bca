"""KPI definitions: what each KPI means and how it rolls up, from the YAML beside its dbt model."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from yardstick.errors import ConfigurationError, Problem
from yardstick.extract.entities import ENTITIES
from yardstick.paths import DBT_PROJECT
from yardstick.reading.strict import Bilingual, Number, Strict, Text, strict_mapping
from yardstick.reading.wording import did_you_mean, quoted
from yardstick.reading.yaml_files import Document, read_yaml

KPI_FOLDER = DBT_PROJECT / "models" / "kpis"
PREFIX = "kpi_"

Dimension = Literal["completeness", "validity", "uniqueness"]
DIMENSIONS: tuple[Dimension, ...] = ("completeness", "validity", "uniqueness")

_INPUTS = [f"{entity}.{field}" for entity, fields in ENTITIES.items() for field in fields]
_CARD = ("models", 0, "config", "meta", "kpi")


def _input(name: str) -> str:
    if name not in _INPUTS:
        raise ValueError(f"entity.field, such as deals.closed_at{did_you_mean(name, _INPUTS)}")
    return name


Share = Annotated[Number, Field(ge=0, le=1)]
Input = Annotated[str, AfterValidator(_input), Field(json_schema_extra={"enum": _INPUTS})]

if TYPE_CHECKING:
    Thresholds = dict[Dimension, Decimal]
else:
    Thresholds = strict_mapping("Thresholds", dict.fromkeys(DIMENSIONS, Share))


class Card(Strict):
    """What people agree on about a KPI, under the key config.meta.kpi of its dbt model."""

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
    aggregation: Literal["sum", "ratio", "median", "distinct"]
    """sum, ratio (sum of numerators by sum of denominators), median or distinct"""
    over_time: Literal["flow", "balance"]
    """flow (a period's events add up) or balance (the state on the period's last day)"""
    shortest_period: Literal["week", "month", "quarter", "year"] = "week"
    """the shortest period in which the KPI says something: week, month, quarter or year"""
    timing: Literal["lead", "lag"]
    """lead (tells what comes) or lag (tells what was achieved)"""
    owner: Text
    """who answers for the definition"""
    counter_kpi: Text | None = None
    """the KPI that shows when this one is gamed, or null"""
    inputs: Annotated[tuple[Input, ...], Field(min_length=1)]
    """the fields that the KPI needs, as entity.field, such as deals.closed_at"""
    parameters: dict[str, Number] = Field(default={})
    """name: number, for each number that a person may set"""
    thresholds: Thresholds = Field(default={})
    """completeness, validity, uniqueness: share from 0 to 1, where it differs from the default"""
    worked_example: Bilingual
    """an example that a person can compute by hand, in both languages: {en: …, ru: …}"""


class Definition(Card):
    """A KPI's card, with the KPI's id and the file in which the card stands."""

    kpi_id: str
    file: Path

    @property
    def entities(self) -> frozenset[str]:
        """The entities without which the KPI cannot be computed."""
        return frozenset(name.partition(".")[0] for name in self.inputs)


class _Dbt(BaseModel):
    """A part of a dbt file that dbt itself checks: what is not named here is none of our business."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class DbtMeta(_Dbt):
    """meta of a dbt model."""

    kpi: Card
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


def load_definitions(folder: Path = KPI_FOLDER) -> dict[str, Definition]:
    """Every definition of the folder, by KPI id in alphabetical order.

    Raises ConfigurationError with everything wrong in any of them at once; a model without a
    definition, or a definition without a model, is wrong too.
    """
    files = sorted(folder.glob(f"{PREFIX}*.yml"))
    problems = list(_unpaired(folder, files))
    read: dict[str, tuple[Definition, Document]] = {}
    for file in files:
        try:
            document = read_yaml(file, f"the dbt model {file.stem} with config.meta.kpi")
            definition = _definition(document)
            read[definition.kpi_id] = definition, document
        except ConfigurationError as error:
            problems += error.problems
    known = {file.stem.removeprefix(PREFIX) for file in files}
    for definition, document in read.values():
        problems += _contradictions(definition, document, known)
    if problems:
        raise ConfigurationError(problems)
    return {kpi_id: definition for kpi_id, (definition, _) in read.items()}


def _definition(document: Document) -> Definition:
    model = document.read_as(DefinitionFile).models[0]
    name = document.file.stem
    if model.name != name:
        problem = document.problem(
            ("models", 0, "name"), quoted(model.name), f"{quoted(name)}, as the file is named"
        )
        raise ConfigurationError([problem])
    return Definition(**dict(model.config.meta.kpi), kpi_id=name.removeprefix(PREFIX), file=document.file)


def _contradictions(definition: Definition, document: Document, known: set[str]) -> Iterator[Problem]:
    if definition.over_time == "balance" and definition.aggregation == "median":
        expected = "flow, or another aggregation: a median of what is open on a day is not computed"
        yield document.problem((*_CARD, "over_time"), "a balance that is a median", expected)
    counter = definition.counter_kpi
    if counter == definition.kpi_id:
        yield document.problem((*_CARD, "counter_kpi"), "the KPI itself", "another KPI, or null")
    elif counter is not None and counter not in known:
        expected = f"a KPI that has a definition, or null{did_you_mean(counter, known)}"
        yield document.problem((*_CARD, "counter_kpi"), f"the unknown KPI {quoted(counter)}", expected)


def _unpaired(folder: Path, definition_files: list[Path]) -> Iterator[Problem]:
    defined = {file.stem for file in definition_files}
    modelled = {file.stem for file in folder.glob(f"{PREFIX}*.sql")}
    for name in sorted(modelled - defined):
        expected = f"{name}.yml beside it, with the KPI's definition"
        yield Problem(folder / f"{name}.sql", None, None, "a KPI without a definition", expected)
    for name in sorted(defined - modelled):
        expected = f"{name}.sql beside it, with the rows that the KPI counts"
        yield Problem(folder / f"{name}.yml", None, None, "a definition without its model", expected)
