"""KPI definitions: what each KPI means and how it rolls up.

A KPI that counts rows has its definition beside its dbt model, in models/kpis/kpi_<kpi_id>.yml. A composite
one, a formula over other KPIs, is nothing but its definition, in composites/<kpi_id>.yml.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from yardstick.definitions.cards import Composite, CompositeFile, Counted, Definition, DefinitionFile
from yardstick.definitions.checks import contradictions
from yardstick.definitions.formulas import PERIOD
from yardstick.errors import ConfigurationError, Problem
from yardstick.paths import DBT_PROJECT
from yardstick.reading.wording import quoted
from yardstick.reading.yaml_files import Document, read_yaml

PREFIX = "kpi_"


def kpi_folder(project: Path = DBT_PROJECT) -> Path:
    """Folder of the KPIs that count rows: a dbt model and a definition each."""
    return project / "models" / "kpis"


def composite_folder(project: Path = DBT_PROJECT) -> Path:
    """Folder of the composite KPIs: a definition each."""
    return project / "composites"


def load_definitions(project: Path = DBT_PROJECT) -> dict[str, Definition]:
    """Every definition of the dbt project, by KPI id in alphabetical order.

    Raises ConfigurationError with everything wrong in any of them at once; a model without a
    definition, or a definition without a model, is wrong too.
    """
    counted = sorted(kpi_folder(project).glob(f"{PREFIX}*.yml"))
    composite = sorted(composite_folder(project).glob("*.yml"))
    problems = list(_unpaired(kpi_folder(project), counted))
    read: dict[str, tuple[Definition, Document]] = {}
    for file in (*counted, *composite):
        try:
            definition, document = _counted(file) if file in counted else _composite(file)
        except ConfigurationError as error:
            problems += error.problems
            continue
        if definition.kpi_id in read:
            expected = f"another name: {read[definition.kpi_id][1].file.name} defines {definition.kpi_id}"
            problems.append(Problem(file, None, None, "a second KPI of that id", expected))
        read[definition.kpi_id] = definition, document
    known = {file.stem.removeprefix(PREFIX) for file in counted} | {file.stem for file in composite}
    definitions = {kpi_id: read[kpi_id][0] for kpi_id in sorted(read)}
    for definition, document in read.values():
        problems += contradictions(definition, document, definitions, known)
    if problems:
        raise ConfigurationError(problems)
    return definitions


def load_composites(project: Path = DBT_PROJECT) -> dict[str, Composite]:
    """The definitions of the composite KPIs alone, by KPI id in alphabetical order.

    Raises ConfigurationError for what is wrong in a file by itself.
    """
    read = [_composite(file)[0] for file in sorted(composite_folder(project).glob("*.yml"))]
    return {composite.kpi_id: composite for composite in read}


def counted_inputs(kpi_id: str, definitions: Mapping[str, Definition]) -> tuple[str, ...]:
    """The KPIs that count the rows on which a KPI rests, through composites: itself if it counts rows."""
    definition = definitions[kpi_id]
    if not isinstance(definition, Composite):
        return (kpi_id,)
    below = (counted_inputs(name, definitions) for name in definition.input_kpis)
    return tuple(dict.fromkeys(name for names in below for name in names))


def inputs_of(kpi_id: str, definitions: Mapping[str, Definition]) -> frozenset[str]:
    """The fields, as entity.field, without which the KPI cannot be computed."""
    counted = (definitions[name] for name in counted_inputs(kpi_id, definitions))
    return frozenset[str]().union(*(card.inputs for card in counted if isinstance(card, Counted)))


def _counted(file: Path) -> tuple[Definition, Document]:
    document = read_yaml(file, f"the dbt model {file.stem} with config.meta.kpi")
    model = document.read_as(DefinitionFile).models[0]
    if model.name != file.stem:
        problem = document.problem(
            ("models", 0, "name"), quoted(model.name), f"{quoted(file.stem)}, as the file is named"
        )
        raise ConfigurationError([problem])
    card = model.config.meta.kpi
    return Counted(**dict(card), kpi_id=file.stem.removeprefix(PREFIX), file=file), document


def _composite(file: Path) -> tuple[Composite, Document]:
    document = read_yaml(file, "kpi: with the definition of a composite KPI")
    card = document.read_as(CompositeFile).kpi
    if file.stem == PERIOD:
        expected = f"another name: {PERIOD} stands for the period itself in expressions"
        raise ConfigurationError([Problem(file, None, None, f"a KPI named {PERIOD}", expected)])
    return Composite(**dict(card), kpi_id=file.stem, file=file), document


def _unpaired(folder: Path, definition_files: list[Path]) -> Iterator[Problem]:
    defined = {file.stem for file in definition_files}
    modelled = {file.stem for file in folder.glob(f"{PREFIX}*.sql")}
    for name in sorted(modelled - defined):
        expected = f"{name}.yml beside it, with the KPI's definition"
        yield Problem(folder / f"{name}.sql", None, None, "a KPI without a definition", expected)
    for name in sorted(defined - modelled):
        expected = f"{name}.sql beside it, with the rows that the KPI counts"
        yield Problem(folder / f"{name}.yml", None, None, "a definition without its model", expected)
