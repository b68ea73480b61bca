"""What dbt is told of the composite KPIs: which values to lay side by side, and the SQL over them."""

from collections.abc import Mapping
from typing import Any

from yardstick.definitions.cards import Composite
from yardstick.definitions.formulas import DAYS, Formula, Value


def composite_variables(composites: Mapping[str, Composite]) -> dict[str, Any]:
    """dbt's variable `composites`.

    `values` are the columns that the formulas need, named as people write them; `formulas` say of each
    composite the KPI whose rows it counts, the columns that it rests on, and its SQL.
    """
    named = {kpi_id: composite.calculation for kpi_id, composite in composites.items()}
    formulas = {kpi_id: formula.inlined(named) for kpi_id, formula in named.items()}
    values = {value: None for formula in formulas.values() for value in (_rows(formula), *formula.inputs)}
    return {
        "values": [
            {
                "name": value.name,
                "kpi_id": value.kpi_id,
                "attribute": value.attribute,
                "kind": _kind(value),
            }
            for value in values
        ],
        "formulas": [
            {
                "kpi_id": kpi_id,
                "first_kpi": formula.inputs[0].kpi_id,
                "rows": _rows(formula).name,
                "rests_on": [value.name for value in formula.inputs],
                "sql": formula.sql(_column),
            }
            for kpi_id, formula in formulas.items()
        ],
    }


def _kind(value: Value) -> str:
    """Where the value stands: among those of the period or of the one before, or among the targets."""
    if value.attribute == "target":
        return "target"
    return "opening" if value.is_opening else "this period"


def _column(value: Value) -> str:
    return "days_over" if value == DAYS else f'"{value.name}"'


def _rows(formula: Formula) -> Value:
    """How many rows the formula's first KPI counted: those that a composite is said to count."""
    first = formula.inputs[0]
    return Value(first.kpi_id, "rows_counted", first.is_opening)
