"""What a KPI's card must agree with: itself, and the other KPIs."""

from collections.abc import Collection, Iterator, Mapping

from yardstick.definitions.cards import SHORTEST_PERIODS, Composite, Definition
from yardstick.definitions.formulas import OPENING, READABLE, Value
from yardstick.errors import Problem
from yardstick.reading.explain import Loc
from yardstick.reading.wording import did_you_mean, listed, quoted
from yardstick.reading.yaml_files import Document

_COUNTED: Loc = ("models", 0, "config", "meta", "kpi")
_COMPOSITE: Loc = ("kpi",)
#: What the rows of a KPI do not give, by aggregation.
_NOT_GIVEN = {"ratio": (), "sum": ("denominator",)}
_NO_SUMS = ("numerator", "denominator")


def contradictions(
    definition: Definition, document: Document, definitions: Mapping[str, Definition], known: Collection[str]
) -> Iterator[Problem]:
    """What a definition contradicts in itself or in others.

    `known` are the ids of all KPIs, `definitions` those that could be read, so that one mistake is not
    reported twice.
    """
    card = _COMPOSITE if isinstance(definition, Composite) else _COUNTED
    if definition.over_time == "balance" and definition.aggregation == "median":
        expected = "flow, or another aggregation: a median of what is open on a day is not computed"
        yield document.problem((*card, "over_time"), "a balance that is a median", expected)
    counter = definition.counter_kpi
    if counter == definition.kpi_id:
        yield document.problem((*card, "counter_kpi"), "the KPI itself", "another KPI, or null")
    elif counter is not None and counter not in known:
        expected = f"a KPI that has a definition, or null{did_you_mean(counter, known)}"
        yield document.problem((*card, "counter_kpi"), f"the unknown KPI {quoted(counter)}", expected)
    yield from _band_contradictions(definition, document, card)
    if isinstance(definition, Composite):
        yield from _unfounded(definition, document, definitions, known)
        yield from _too_short_a_period(definition, document, definitions)


def _band_contradictions(definition: Definition, document: Document, card: Loc) -> Iterator[Problem]:
    band = definition.band
    if definition.direction == "band" and band is None:
        yield document.problem((*card, "band"), "nothing", "the band that is right: {from: …, to: …}")
    if definition.direction != "band" and band is not None:
        yield document.problem((*card, "band"), "a band", f"no band: the direction is {definition.direction}")
    if band is not None and band.lowest >= band.highest:
        expected = f"more than {band.lowest}, where the band begins"
        yield document.problem((*card, "band", "to"), quoted(str(band.highest)), expected)


def _unfounded(
    composite: Composite, document: Document, definitions: Mapping[str, Definition], known: Collection[str]
) -> Iterator[Problem]:
    """What the expression names and no KPI gives, or what would rest on the KPI itself."""
    place = (*_COMPOSITE, "expression")
    for value in composite.calculation.inputs:
        kpi_id = str(value.kpi_id)
        if kpi_id == composite.kpi_id:
            yield document.problem(place, f"the KPI itself in {value.name}", "other KPIs")
        elif kpi_id not in known:
            expected = f"KPIs that have a definition{did_you_mean(kpi_id, known)}"
            yield document.problem(place, f"the unknown KPI {quoted(kpi_id)}", expected)
        elif kpi_id in definitions:
            yield from _unknown_value(value, definitions[kpi_id], document, place)
    cycle = _cycle((composite.kpi_id,), definitions)
    if len(cycle) > 2:
        expected = "a formula that rests on KPIs that count rows, in the end"
        yield document.problem(place, f"a cycle, {' → '.join(cycle)}", expected)


def _unknown_value(value: Value, of: Definition, document: Document, place: Loc) -> Iterator[Problem]:
    given = [f"{of.kpi_id}.{name}" for name in _given(of)]
    if value.name not in given:
        yield document.problem(place, quoted(value.name), f"of a KPI of that kind one of {listed(given)}")


def _given(definition: Definition) -> list[str]:
    if isinstance(definition, Composite):
        return ["actual"]
    missing = _NOT_GIVEN.get(definition.aggregation, _NO_SUMS)
    return [name for name in READABLE if name.removeprefix(OPENING) not in missing]


def _cycle(path: tuple[str, ...], definitions: Mapping[str, Definition]) -> tuple[str, ...]:
    """The way from the first KPI of the path back to itself; nothing where there is none."""
    definition = definitions.get(path[-1])
    for name in definition.input_kpis if isinstance(definition, Composite) else ():
        if name == path[0]:
            return (*path, name)
        if name not in path and (found := _cycle((*path, name), definitions)):
            return found
    return ()


def _too_short_a_period(
    composite: Composite, document: Document, definitions: Mapping[str, Definition]
) -> Iterator[Problem]:
    for name in composite.input_kpis:
        longest = definitions[name].shortest_period if name in definitions else "week"
        if SHORTEST_PERIODS.index(longest) > SHORTEST_PERIODS.index(composite.shortest_period):
            expected = f"{longest} or longer, the shortest period of {name}"
            found = quoted(composite.shortest_period)
            yield document.problem((*_COMPOSITE, "shortest_period"), found, expected)
