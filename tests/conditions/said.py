"""What a finding says to people: the texts of expectations/, filled in."""

import ast
import inspect
from collections.abc import Collection
from functools import cache
from types import ModuleType
from typing import Any

from ruamel.yaml import YAML

from yardstick.audit.texts import Texts
from yardstick.conditions.finding import Finding
from yardstick.paths import EXPECTATIONS
from yardstick.verdict_rows import Condition


@cache
def texts(condition: str) -> Any:
    return YAML(typ="safe").load(EXPECTATIONS / f"{condition}.yml")


@cache
def _filler(condition: Condition) -> Texts:
    return Texts(condition)


def said(condition: Condition, finding: Finding, language: str = "en") -> str:
    """Raises KeyError where the text of the reason is missing, or names a value that the finding lacks."""
    row = _filler(condition).row("bookings", "company", "demo", finding)
    text: str = getattr(row.reason, language)
    return text


def strings_of(*modules: ModuleType) -> Collection[str]:
    """Every string constant of the modules, the parts of f-strings too."""
    trees = (ast.parse(inspect.getsource(module)) for module in modules)
    return {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
