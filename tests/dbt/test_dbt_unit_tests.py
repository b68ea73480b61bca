"""The rules of the dbt project's SQL: each is a dbt unit test, whose expectation was worked out by hand.

What a rule says stands in the test's description, beside the model: dbt_project/models/**/*.yml.
"""

from collections.abc import Iterator

import pytest
from ruamel.yaml import YAML

from yardstick.company import Company
from yardstick.paths import DBT_PROJECT
from yardstick.transform import run_dbt


def rules() -> Iterator[tuple[str, str]]:
    """Name, with its model, and description of every dbt unit test."""
    for file in sorted((DBT_PROJECT / "models").rglob("*.yml")):
        for test in YAML(typ="safe").load(file).get("unit_tests", []):
            yield f"{test['model']}.{test['name']}", test.get("description", "")


RULES = dict(rules())


@pytest.fixture(scope="module")
def verdicts(built: Company) -> dict[str, tuple[str, str]]:
    """Status of every dbt unit test, of one run of all, and how it differs from what was expected."""
    results = run_dbt(built, ["test", "--select", "test_type:unit"]).result
    return {
        result.node.unique_id.removeprefix("unit_test.yardstick."): (str(result.status), result.message)
        for result in results
    }


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_holds(verdicts: dict[str, tuple[str, str]], rule: str) -> None:
    status, message = verdicts[rule]
    assert status == "pass", f"{RULES[rule]}\n{message}"


def test_no_rule_is_left_out(verdicts: dict[str, tuple[str, str]]) -> None:
    assert verdicts.keys() == RULES.keys()
    assert len(verdicts) >= 100


def test_each_rule_says_what_it_is() -> None:
    assert [rule for rule, description in RULES.items() if not description.endswith(".")] == []
