"""What Yardstick asks of HubSpot, and what the double answers, held to HubSpot's own OpenAPI files."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jsonschema
import pytest
from doubles.hubspot.account import HubspotAccount
from doubles.hubspot.server import Exchange, HubspotServer
from hubspot_night import HubspotNights

from yardstick.paths import PROJECT

FILES = PROJECT.parent / "shared" / "crm_specs" / "hubspot"
#: Of these HubSpot publishes no file there: the account, the token, products and e-mails.
WITHOUT_A_FILE = re.compile(r"/account-info/|/oauth/|/(objects|properties)/(products|emails)\b")
needs_files = pytest.mark.skipif(not FILES.is_dir(), reason=f"HubSpot's OpenAPI files are not in {FILES}")


@cache
def operations() -> list[tuple[str, re.Pattern[str], dict[str, Any], dict[str, Any]]]:
    """Method, path, operation and the file that has it."""
    found = []
    for file in sorted(FILES.glob("*.json")):
        content = json.loads(file.read_text(encoding="utf-8"))
        for path, methods in content["paths"].items():
            pattern = re.compile(re.sub(r"\{\w+\}", "[^/]+", path))
            found += [(method, pattern, operation, content) for method, operation in methods.items()]
    # A path without a name in braces says more than one with it.
    return sorted(found, key=lambda known: known[1].pattern.count("[^/]+"))


def operation_of(exchange: Exchange) -> tuple[dict[str, Any], dict[str, Any]]:
    """The operation that a request asks for, and its file."""
    path = urlsplit(exchange.path).path
    return next(
        (operation, content)
        for method, pattern, operation, content in operations()
        if method == exchange.method.lower() and pattern.fullmatch(path)
    )


def mistakes(value: Any, schema: dict[str, Any], content: dict[str, Any]) -> list[str]:
    """What a value breaks of a schema.

    In two things HubSpot does not keep to its files, nor does the double: a property without a value is null,
    and a subCategory is a text.
    """
    whole = {**schema, "components": content["components"]}
    validator = jsonschema.Draft7Validator(whole)
    return [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
        for error in validator.iter_errors(value)
        if not (error.instance is None and "properties" in error.absolute_path)
        and "subCategory" not in error.absolute_path
    ]


def unknown_names(value: Any, schema: dict[str, Any], content: dict[str, Any], at: str = "") -> Iterator[str]:
    """Names that a schema does not have: the files do not forbid them, and yet nothing else is meant."""
    name = schema.get("$ref", "").rpartition("/")[2]
    schema = content["components"]["schemas"][name] if name else schema
    if isinstance(value, dict) and "additionalProperties" not in schema:
        known = schema.get("properties", {})
        yield from (f"{at}.{key}" for key in value.keys() - known.keys())
        for key in value.keys() & known.keys():
            yield from unknown_names(value[key], known[key], content, f"{at}.{key}")
    elif isinstance(value, list):
        for item in value:
            yield from unknown_names(item, schema.get("items", {}), content, at)


@pytest.fixture
def exchanges(
    account: HubspotAccount, hubspot: HubspotServer, hubspot_nights: HubspotNights
) -> list[Exchange]:
    """Two nights of an account that has something of everything, some of it deleted or without links."""
    hubspot.keeps_exchanges = True
    anna = account.owner(42, "Anna", teams=[{"id": "7", "name": "North", "primary": True}])
    account.owner(43, "Ben", archived=True)
    account.pipeline("default", "Sales", [("new", "New", 0.2, False), ("won", "Won", 1.0, True)])
    made = {kind: [account.create(kind), account.create(kind)] for kind in account.types}
    deal, other = made["deals"]
    account.update("deals", deal, by=542, dealstage="new", dealname="Lamps")
    account.split(deal, (anna, "1.0"))
    for kind in ("leads", "line_items", "calls", "meetings", "tasks", "emails"):
        account.link(kind, made[kind][0], "deals", deal)
    account.link("deals", deal, "companies", made["companies"][0], 5)
    account.link("leads", made["leads"][0], "contacts", made["contacts"][0], 578)
    hubspot_nights.land(1)
    account.archive("deals", other)
    account.update("deals", deal, dealname="Chairs")
    hubspot_nights.land(2)
    return [kept for kept in hubspot.exchanges if not WITHOUT_A_FILE.search(kept.path)]


@needs_files
def test_what_is_asked_is_as_hubspot_describes_it(exchanges: list[Exchange]) -> None:
    assert len({urlsplit(exchange.path).path for exchange in exchanges}) > 35
    for exchange in exchanges:
        operation, content = operation_of(exchange)
        parameters = {p["name"]: p for p in operation.get("parameters", []) if p["in"] == "query"}
        for name, value in parse_qsl(urlsplit(exchange.path).query):
            assert name in parameters, (exchange.path, name)
            kind = parameters[name]["schema"]["type"]
            assert kind in ("string", "array") or value in ("true", "false") or value.isdecimal()
        if exchange.body is not None:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            assert mistakes(exchange.body, schema, content) == []
            assert list(unknown_names(exchange.body, schema, content)) == []


@needs_files
def test_what_the_double_answers_is_as_hubspot_describes_it(exchanges: list[Exchange]) -> None:
    statuses = set()
    for exchange in exchanges:
        operation, content = operation_of(exchange)
        statuses.add(exchange.status)
        described = operation["responses"][str(exchange.status)]["content"]
        [schema] = [answer["schema"] for answer in described.values()]
        assert mistakes(exchange.answer, schema, content) == [], exchange.path
        assert list(unknown_names(exchange.answer, schema, content)) == [], exchange.path
    assert statuses == {200, 207}


@needs_files
def test_an_error_is_as_hubspot_describes_it(
    account: HubspotAccount, hubspot: HubspotServer, hubspot_nights: HubspotNights
) -> None:
    content = operations()[0][3]
    hubspot.keeps_exchanges = True
    account.apps[0].scopes.clear()
    with pytest.raises(Exception, match="lacks a scope"):
        hubspot_nights.land(1)
    refused = next(exchange for exchange in hubspot.exchanges if exchange.status == 403)
    assert mistakes(refused.answer, content["components"]["schemas"]["Error"], content) == []
