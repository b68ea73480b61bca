"""The double of Metabase does as was seen on a running one, and is asked only what its API describes."""

import json
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema
import pytest
import requests
from doubles.metabase.server import MetabaseServer
from doubles.metabase.template_tags import Missing, day_range, field_filter, substitute
from pushing import Pusher

from yardstick.paths import PROJECT

OPENAPI = PROJECT.parent / "shared" / "metabase" / "openapi-0.54.2.json"
TODAY = date(2026, 6, 30)
PLACE = {"size_x": 4, "size_y": 4, "row": 0, "col": 0}
#: What a running server takes and its description leaves out: the values of a question's tags.
UNDESCRIBED = {"/api/card/{card-id}/query": {"parameters"}}


class Asked:
    """The double as an administrator asks it."""

    def __init__(self, pusher: Pusher) -> None:
        self.metabase = pusher.metabase
        self._headers = {"x-api-key": self.metabase.key_of("Administrators")}

    def __call__(self, method: str, path: str, body: Any = None) -> requests.Response:
        address = f"{self.metabase.address}/api/{path}"
        return requests.request(method, address, json=body, headers=self._headers, timeout=5)


@pytest.fixture
def asked(pusher: Pusher) -> Asked:
    """After a push in English."""
    pusher.push("en")
    return Asked(pusher)


def test_an_entity_id_that_is_sent_is_ignored(asked: Asked) -> None:
    made = asked("POST", "collection/", {"name": "A", "entity_id": "mine"}).json()
    assert made["entity_id"] != "mine"


def test_a_mapping_without_its_card_is_accepted_and_does_not_filter(pusher: Pusher, asked: Asked) -> None:
    board, card = pusher.board("Seller"), pusher.card("My plan")
    tile = next(tile for tile in board["dashcards"] if tile["card_id"] == card["id"])
    month, node = (parameter["id"] for parameter in board["parameters"])
    values = {"parameters": [{"id": month, "value": ["2026-05"]}, {"id": node, "value": ["south"]}]}
    path = f"dashboard/{board['id']}/dashcard/{tile['id']}/card/{card['id']}/query"
    assert asked("POST", path, values).json()["data"]["rows"] == [[0.0, 40.0]]
    for mapping in tile["parameter_mappings"]:
        del mapping["card_id"]
    body = {"dashcards": board["dashcards"]}
    assert asked("PUT", f"dashboard/{board['id']}", body).status_code == 200
    assert asked("POST", path, values).json()["data"]["rows"] == [[100.0, 120.0]]


def test_tiles_keep_their_numbers_and_unknown_ones_are_new(pusher: Pusher, asked: Asked) -> None:
    board = pusher.board("Seller")
    path, kept = f"dashboard/{board['id']}", board["dashcards"][0]["id"]
    place = {**PLACE, "card_id": None, "dashboard_tab_id": board["tabs"][0]["id"]}
    added = [{"id": -1, **place}, {"id": 99999, **place}]
    assert asked("PUT", path, {"dashcards": [{"id": -1, **PLACE}]}).status_code == 400
    answer = asked("PUT", path, {"dashcards": [board["dashcards"][0], *added]}).json()
    numbers = [tile["id"] for tile in answer["dashcards"]]
    assert numbers[0] == kept
    assert len({*numbers, -1, 99999}) == 5
    without = asked("PUT", path, {"name": "Renamed"}).json()
    assert [tile["id"] for tile in without["dashcards"]] == numbers


def test_tiles_that_are_replaced_lose_their_subscribers(pusher: Pusher, asked: Asked) -> None:
    board = pusher.board("Seller")
    tile = board["dashcards"][0]
    cards = [{"id": tile["card_id"], "dashboard_card_id": tile["id"]}]
    asked(
        "POST", "pulse/", {"name": "Mondays", "cards": cards, "channels": [{}], "dashboard_id": board["id"]}
    )
    subscribed = f"pulse/?dashboard_id={board['id']}"
    assert asked("GET", subscribed).json()[0]["cards"] == cards
    asked("PUT", f"dashboard/{board['id']}", {"dashcards": [{**tile, "id": -1}]})
    assert asked("GET", subscribed).json()[0]["cards"] == []


def test_a_card_with_broken_sql_is_accepted_and_its_failure_is_a_202(pusher: Pusher, asked: Asked) -> None:
    card = pusher.card("Rows")
    card["dataset_query"]["native"]["query"] = "select nothing from nowhere"
    assert asked("PUT", f"card/{card['id']}", card).status_code == 200
    answer = asked("POST", f"card/{card['id']}/query", {"ignore_cache": False})
    assert (answer.status_code, answer.json()["status"]) == (202, "failed")


def test_what_is_not_there_is_a_404(asked: Asked) -> None:
    assert asked("GET", "card/99999").status_code == 404
    assert asked("POST", "dashboard/1/cards").status_code == 404


def test_a_stale_revision_is_a_409(asked: Asked) -> None:
    for graph in ("permissions", "collection"):
        read = asked("GET", f"{graph}/graph").json()
        body = {"revision": read["revision"], "groups": {}}
        assert asked("PUT", f"{graph}/graph", body).status_code == 200
        assert asked("PUT", f"{graph}/graph", body).status_code == 409


def test_what_is_not_valid_is_a_400_with_errors(asked: Asked) -> None:
    answer = asked("POST", "card/", {"name": "A"})
    assert answer.status_code == 400
    assert {"errors", "specific-errors"} <= answer.json().keys()


@pytest.mark.parametrize(("version", "is_told"), [((56, 12), True), ((56, 13), False)], ids=str)
def test_who_has_nothing_is_told_of_until_56_13(asked: Asked, is_told: bool) -> None:
    groups = asked("GET", "collection/graph").json()["groups"]
    assert ("none" in groups["1"].values()) == is_told


@pytest.mark.parametrize(("version", "is_staged"), [((56, 13), False), ((57, 5), True)], ids=str)
def test_queries_are_told_in_stages_since_57(pusher: Pusher, asked: Asked, is_staged: bool) -> None:
    number = pusher.card("Rows")["id"]
    assert ("stages" in asked("GET", f"card/{number}").json()["dataset_query"]) == is_staged
    assert (
        "native" in asked("GET", f"card/{number}?legacy-mbql=true").json()["dataset_query"] or not is_staged
    )


@pytest.mark.parametrize(("version", "status"), [((63, 13), 200), ((63, 14), 400)], ids=str)
def test_parameters_need_an_id_since_63_14(pusher: Pusher, asked: Asked, status: int) -> None:
    card = pusher.card("My plan")
    body = {"parameters": [{**card["parameters"][0], "id": " "}]}
    assert asked("PUT", f"card/{card['id']}", body).status_code == status


# ---- template tags

TEXT = {"name": "a", "display-name": "A", "type": "text"}
FIELD = {"name": "f", "display-name": "F", "type": "dimension", "dimension": ["field", 7, None]}


def _sql(query: str, tag: dict[str, Any], **values: Any) -> tuple[str, tuple[Any, ...]]:
    statement = substitute(query, {tag["name"]: tag}, values, lambda number: f'"c{number}"', TODAY)
    return statement.sql, statement.values


def test_a_text_is_bound() -> None:
    assert _sql("x = {{a}} and y like '5%'", TEXT, a="o'b") == ("x = %s and y like '5%%'", ("o'b",))


def test_a_number_is_written_and_a_date_is_cast() -> None:
    assert _sql("{{a}}", {**TEXT, "type": "number"}, a="7") == ("7", ())
    assert _sql("{{a}}", {**TEXT, "type": "date"}, a="2026-06-01") == ("%s::date", ("2026-06-01",))


def test_what_is_optional_goes_with_its_value() -> None:
    assert _sql("1 [[and x = {{a}}]]", TEXT, a="b") == ("1 and x = %s", ("b",))
    assert _sql("1 [[and x = {{a}}]]", TEXT) == ("1 ", ())


def test_a_default_stands_in_for_a_value() -> None:
    assert _sql("{{a}}", {**TEXT, "default": "d"}) == ("%s", ("d",))
    assert _sql("{{a}}", {**TEXT, "default": "d", "required": True}, a=None) == ("%s", ("d",))
    with pytest.raises(Missing, match="pick a value for 'A'"):
        _sql("{{a}}", TEXT)


def test_a_field_filter_is_a_condition_on_its_column_or_none() -> None:
    assert _sql("where {{f}}", {**FIELD, "widget-type": "string/="}, f=["a", "b"]) == (
        'where "c7" IN (%s, %s)',
        ("a", "b"),
    )
    assert _sql("where {{f}}", FIELD) == ("where 1 = 1", ())
    assert field_filter("c", "number/between", ["1", "5"], TODAY).values == (1.0, 5.0)
    assert field_filter("c", "string/contains", "ab", TODAY).values == ("%ab%",)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("Q4-2025", date(2025, 10, 1), date(2025, 12, 31)),
        ("2026-01-05~2026-01-09", date(2026, 1, 5), date(2026, 1, 9)),
        ("~2026-01-09", None, date(2026, 1, 9)),
        ("past7days", date(2026, 6, 23), date(2026, 6, 29)),
        ("past1months", date(2026, 5, 1), date(2026, 5, 31)),
        ("thisyear", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_date_filter_means_days(text: str, first: date | None, last: date | None) -> None:
    assert day_range(text, TODAY) == (first, last)


# ---- the API's description


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    if not OPENAPI.exists():
        pytest.skip(f"{OPENAPI} is not here: it is the description of Metabase 0.54.2's API")
    return json.loads(OPENAPI.read_text())


def test_each_request_of_a_push_is_as_the_api_describes_it(pusher: Pusher, described: dict[str, Any]) -> None:
    pusher.push()
    pusher.boards.replace("leadership/course.sql", "order by month", "order by month desc")
    pusher.metabase.access.add_user("anna@example.com", "pass-1", pusher.group("Yardstick leadership"))
    pusher.push("en", is_pruning=True)
    assert pusher.metabase.content.pulses
    for seen in pusher.metabase.requests:
        address = urlsplit(seen.path)
        template = _template(described, seen.method, address.path)
        operation = described["paths"][template][seen.method.lower()]
        known = {given["name"] for given in operation.get("parameters", [])}
        assert set(parse_qs(address.query)) <= known, seen
        if seen.body:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            jsonschema.validate(seen.body, {**schema, "components": described["components"]})
            unknown = seen.body.keys() - schema["properties"].keys() - UNDESCRIBED.get(template, set())
            # the graph of permissions is described as any object
            assert not unknown or not schema["properties"], f"{seen.method} {seen.path}: {unknown}"


def test_each_address_that_the_double_answers_is_in_the_api(
    metabase: MetabaseServer, described: dict[str, Any]
) -> None:
    for method in ("GET", "POST", "PUT", "DELETE"):
        for pattern, _ in metabase._routes(method):
            _template(described, method, pattern.replace("([0-9]+)", "1"))


def _template(described: dict[str, Any], method: str, path: str) -> str:
    """The path of the description that a request is of; the one with the fewest variables."""
    parts = path.strip("/").split("/")
    found = [
        template
        for template, operations in described["paths"].items()
        if method.lower() in operations
        and len(named := template.strip("/").split("/")) == len(parts)
        and all(one == part or one.startswith("{") for one, part in zip(named, parts, strict=True))
    ]
    assert found, f"{method} {path} is not in the API that is described"
    return min(found, key=lambda template: template.count("{"))
