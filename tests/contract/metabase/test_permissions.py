"""Who sees what after a push."""

import pytest
import requests
from doubles.metabase.access import ALL_USERS
from pushing import Pusher


def _reads(pusher: Pusher, group: str, board: str) -> bool:
    """Whether a member of a group opens a dashboard, and its first question runs for them."""
    headers = {"x-api-key": pusher.metabase.key_of(group)}
    number = pusher.board(board)["id"]
    answer = requests.get(f"{pusher.metabase.address}/api/dashboard/{number}", headers=headers, timeout=5)
    return answer.status_code == 200


@pytest.mark.parametrize(
    ("group", "seen"),
    [
        ("Yardstick leadership", {"Leadership"}),
        ("Yardstick heads", {"Leadership", "Seller"}),
        ("Yardstick sellers", {"Seller"}),
        ("Yardstick analysts", {"Leadership", "Seller"}),
        ("All Users", set()),
    ],
)
def test_each_group_reads_its_own_dashboards(pusher: Pusher, group: str, seen: set[str]) -> None:
    pusher.push("en")
    assert {board for board in ("Leadership", "Seller") if _reads(pusher, group, board)} == seen


def test_what_is_at_the_foot_of_every_page_is_for_all_groups(pusher: Pusher) -> None:
    pusher.push("en")
    headers = {"x-api-key": pusher.metabase.key_of("Yardstick sellers")}
    path = f"{pusher.metabase.address}/api/card/{pusher.card('Rows')['id']}/query"
    answer = requests.post(path, json={"ignore_cache": False}, headers=headers, timeout=5).json()
    assert answer["data"]["rows"] == [[4]]


def test_only_analysts_ask_the_database_questions_of_their_own(pusher: Pusher) -> None:
    pusher.push("en")
    (database,) = pusher.metabase.databases.known
    rights = {
        name: pusher.metabase.access.data[number][database]["create-queries"]
        for number, name in pusher.metabase.access.groups.items()
        if database in pusher.metabase.access.data[number]
    }
    analysts = rights.pop("Yardstick analysts")
    assert analysts == "query-builder-and-native"
    assert rights.pop("All Users") == "no"
    assert set(rights.values()) == {"no"}


def test_what_other_groups_may_stays(pusher: Pusher) -> None:
    access = pusher.metabase.access
    board = access.add_group({"name": "Board"})["id"]
    pusher.push("en")
    (database,) = pusher.metabase.databases.known
    leadership = str(pusher.collection("Leadership")["id"])
    access.collections[board] = {"root": "read", leadership: "write"}
    access.data[board][database] = {"view-data": "unrestricted", "create-queries": "query-builder"}
    access.collections[ALL_USERS][leadership] = "read"
    assert pusher.push("en") == ["PUT /api/collection/graph"]
    assert access.collections[board] == {"root": "read", leadership: "write"}
    assert access.data[board][database]["create-queries"] == "query-builder"
    assert leadership not in access.collections[ALL_USERS]


def test_a_renamed_group_is_known_again_and_keeps_its_name(pusher: Pusher) -> None:
    pusher.push("en")
    access = pusher.metabase.access
    access.groups[pusher.group("Yardstick leadership")] = "Vorstand"
    assert pusher.push("en") == []
    assert "Yardstick leadership" not in access.groups.values()


def test_permissions_that_somebody_changes_meanwhile_are_read_again(pusher: Pusher) -> None:
    access = pusher.metabase.access
    graphs = ("/api/collection/graph", "/api/permissions/graph")
    pusher.push("en")
    for group in ("Yardstick sellers", "Yardstick heads"):
        access.drop_group(pusher.group(group))
    stale = []

    def meddle() -> None:
        access.collection_revision += 1
        access.data_revision += 1
        stale.append(True)

    answer = pusher.metabase._answer

    def meddling(method, path, headers, body):
        if method == "PUT" and path in graphs and len(stale) < 2:
            meddle()
        return answer(method, path, headers, body)

    pusher.metabase._answer = meddling
    writes = pusher.push("en")
    assert [write for write in writes if "graph" in write].count("PUT /api/collection/graph") == 3
    assert _reads(pusher, "Yardstick sellers", "Seller")
    assert pusher.push("en") == []
