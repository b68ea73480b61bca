"""Pushing dashboards: once is enough, a change is one write, what people did is kept."""

import copy

import pytest
from doubles.metabase.server import MetabaseServer
from pushing import Pusher

from yardstick.metabase.marks import key_of


def test_a_first_push_makes_every_dashboard_in_both_languages(pusher: Pusher) -> None:
    pusher.push()
    names = {board["name"] for board in pusher.metabase.content.dashboards.values()}
    assert names == {"Leadership", "Руководство", "Seller", "Менеджер"}
    assert pusher.card("План по подразделениям")["dataset_query"]["native"]["query"].count("title_ru") == 1


def test_one_language_is_pushed_where_one_is_asked_for(pusher: Pusher) -> None:
    pusher.push("ru")
    names = {board["name"] for board in pusher.metabase.content.dashboards.values()}
    assert names == {"Руководство", "Менеджер"}


def test_a_second_push_writes_nothing(pusher: Pusher) -> None:
    pusher.push()
    assert pusher.push() == []
    assert pusher.said.getvalue().splitlines()[-2] == "no changes"


def test_a_changed_question_is_one_write(pusher: Pusher) -> None:
    pusher.push("en")
    number = pusher.card("Month by month")["id"]
    pusher.boards.replace("leadership/course.sql", "order by month", "order by month desc")
    assert pusher.push("en") == [f"PUT /api/card/{number}"]
    assert pusher.push("en") == []


def test_a_moved_tile_is_one_write_and_keeps_its_number(pusher: Pusher) -> None:
    pusher.push("en")
    before = {tile["card_id"]: tile["id"] for tile in pusher.board("Leadership")["dashcards"]}
    pusher.boards.replace("leadership.yml", "nodes, column: 0, row: 1", "nodes, column: 8, row: 1")
    assert pusher.push("en") == [f"PUT /api/dashboard/{pusher.board('Leadership')['id']}"]
    assert {tile["card_id"]: tile["id"] for tile in pusher.board("Leadership")["dashcards"]} == before


def test_what_was_renamed_by_hand_is_known_again_and_named_as_the_files_say(pusher: Pusher) -> None:
    pusher.push("en")
    card, board, tab = (
        pusher.card("Plan by node"),
        pusher.board("Seller"),
        pusher.board("Leadership")["tabs"][1],
    )
    card["name"], board["name"], tab["name"] = "Anna's table", "Anna's board", "Anna's tab"
    assert len(pusher.push("en")) == 3
    assert (card["name"], board["name"]) == ("Plan by node", "Seller")
    renamed = pusher.board("Leadership")["tabs"][1]
    assert renamed == {**tab, "name": "Months"}


def test_what_was_deleted_by_hand_is_made_again(pusher: Pusher) -> None:
    pusher.push("en")
    gone, board = pusher.card("Plan by node"), pusher.board("Seller")
    gone["archived"] = board["archived"] = True
    pusher.push("en")
    made = pusher.card("Plan by node")
    assert made["id"] != gone["id"]
    assert made["id"] in {tile["card_id"] for tile in pusher.board("Leadership")["dashcards"]}
    assert pusher.board("Seller")["id"] != board["id"]
    assert pusher.push("en") == []


def test_a_copy_that_somebody_made_is_theirs(pusher: Pusher) -> None:
    pusher.push("en")
    content = pusher.metabase.content
    copied = content.add_card(
        {**copy.deepcopy(pusher.card("Plan by node")), "name": "Copy", "collection_id": None}
    )
    before = copy.deepcopy(copied)
    assert pusher.push("en", is_pruning=True) == []
    assert content.cards[copied["id"]] == before


def test_what_people_subscribed_to_survives_a_change_of_the_dashboard(pusher: Pusher) -> None:
    pusher.push("en")
    board = pusher.board("Leadership")
    cards = [{"id": tile["card_id"], "dashboard_card_id": tile["id"]} for tile in board["dashcards"]]
    made = {
        "name": "Mondays",
        "cards": cards,
        "channels": [{"channel_type": "email"}],
        "dashboard_id": board["id"],
    }
    pulse = pusher.metabase.content.add_pulse(made)
    pusher.boards.replace("leadership.yml", "width: 24, height: 6", "width: 20, height: 8")
    pusher.push("en")
    assert pulse["cards"] == cards


def with_people(pusher: Pusher) -> list[int]:
    """Anna leads, Boris heads, Clara sells."""
    pusher.push("en")
    access = pusher.metabase.access
    people = {"anna": "leadership", "boris": "heads", "clara": "sellers"}
    return [
        access.add_user(f"{name}@example.com", "pass-1", pusher.group(f"Yardstick {group}")).id
        for name, group in people.items()
    ]


def test_a_dashboard_is_mailed_to_the_people_of_its_groups_once_they_have_some(pusher: Pusher) -> None:
    anna, boris, _ = with_people(pusher)
    assert pusher.metabase.content.pulses == {}
    assert pusher.push("en") == ["POST /api/pulse/"]
    (pulse,) = pusher.metabase.content.pulses.values()
    board = pusher.board("Leadership")
    assert pulse["dashboard_id"] == board["id"]
    (channel,) = pulse["channels"]
    assert channel["recipients"] == [{"id": anna}, {"id": boris}]
    schedule = {key: channel[key] for key in channel if key.startswith("schedule_")}
    assert schedule == {
        "schedule_type": "weekly",
        "schedule_day": "mon",
        "schedule_hour": 7,
        "schedule_frame": None,
    }
    questions = {tile["id"] for tile in board["dashcards"] if tile["card_id"]}
    assert {card["dashboard_card_id"] for card in pulse["cards"]} == questions
    assert pusher.push("en") == []


def test_a_subscription_that_people_changed_or_deleted_is_theirs(pusher: Pusher) -> None:
    with_people(pusher)
    pusher.push("en")
    (pulse,) = pusher.metabase.content.pulses.values()
    pulse["channels"][0]["recipients"] = []
    assert pusher.push("en") == []
    pulse["archived"] = True
    assert pusher.push("en") == []


def test_a_tile_and_a_tab_that_somebody_added_stay(pusher: Pusher) -> None:
    pusher.push("en")
    content, board = pusher.metabase.content, pusher.board("Leadership")
    theirs = content.add_card(
        {"name": "Theirs", "display": "table", "dataset_query": {"x": 1}, "visualization_settings": {"x": 1}}
    )
    place = {"size_x": 4, "size_y": 4, "row": 30, "col": 0}
    tiles = [*board["dashcards"], {"id": -1, "card_id": theirs["id"], "dashboard_tab_id": -5, **place}]
    content.change_dashboard(
        board["id"], {"tabs": [*board["tabs"], {"id": -5, "name": "Ours"}], "dashcards": tiles}
    )
    before = {tile["id"] for tile in pusher.board("Leadership")["dashcards"]}
    pusher.boards.replace("leadership.yml", "width: 24, height: 6", "width: 20, height: 8")
    pusher.push("en", is_pruning=True)
    after = pusher.board("Leadership")
    assert {tile["id"] for tile in after["dashcards"]} == before
    assert [tab["name"] for tab in after["tabs"]] == ["Plan", "Months", "Ours"]


@pytest.fixture
def without_course(pusher: Pusher) -> Pusher:
    """Pushed, and then its question `course` and the tab around it taken out of the files."""
    pusher.push("en")
    text = (pusher.boards.folder / "leadership.yml").read_text()
    tab, question = text.index("  - key: months"), text.index("  course:")
    pusher.boards.write("leadership.yml", text[:tab] + text[text.index("questions:") : question])
    pusher.boards.remove("leadership/course.sql")
    pusher.boards.replace("seller.yml", "click: {to: leadership, tab: months}", "click: {to: leadership}")
    return pusher


def test_what_the_files_no_longer_have_stays_until_it_is_pruned(without_course: Pusher) -> None:
    pusher = without_course
    pusher.push("en")
    assert not pusher.card("Month by month")["archived"]
    assert "no longer in dashboards/: question nordlicht/en/leadership.course" in pusher.said.getvalue()
    assert pusher.push("en") == []
    assert [tab["name"] for tab in pusher.board("Leadership")["tabs"]] == ["Plan", "Months"]
    pusher.push("en", is_pruning=True)
    assert [tab["name"] for tab in pusher.board("Leadership")["tabs"]] == ["Plan"]
    assert pusher.push("en", is_pruning=True) == []


def test_what_people_put_on_a_tab_that_is_pruned_moves_to_the_first(without_course: Pusher) -> None:
    pusher = without_course
    board, content = pusher.board("Leadership"), pusher.metabase.content
    place = {"size_x": 4, "size_y": 4, "row": 30, "col": 0, "dashboard_tab_id": board["tabs"][1]["id"]}
    theirs = {"id": -1, "card_id": None, "visualization_settings": {"text": "Theirs"}, **place}
    content.change_dashboard(board["id"], {"dashcards": [*board["dashcards"], theirs]})
    pusher.push("en", is_pruning=True)
    (kept,) = [tile for tile in board["dashcards"] if tile["visualization_settings"].get("text") == "Theirs"]
    assert kept["dashboard_tab_id"] == board["tabs"][0]["id"]


def test_pruning_moves_it_to_the_trash_and_nothing_else(without_course: Pusher) -> None:
    pusher = without_course
    number = pusher.card("Month by month")["id"]
    theirs = pusher.metabase.content.add_collection({"name": "Theirs"})
    pusher.push("en", is_pruning=True)
    archived = [card["id"] for card in pusher.metabase.content.cards.values() if card["archived"]]
    assert archived == [number]
    assert number not in {tile["card_id"] for tile in pusher.board("Leadership")["dashcards"]}
    assert [tab["name"] for tab in pusher.board("Leadership")["tabs"]] == ["Plan"]
    assert not theirs["archived"]
    assert pusher.push("en", is_pruning=True) == []


def test_a_language_that_is_no_longer_spoken_is_pruned(pusher: Pusher) -> None:
    pusher.push()
    pusher.push("en", is_pruning=True)
    kept = [board["name"] for board in pusher.metabase.content.dashboards.values() if not board["archived"]]
    assert kept == ["Leadership", "Seller"]


def test_a_dry_run_tells_the_plan_and_writes_nothing(pusher: Pusher) -> None:
    assert pusher.push("en", is_dry_run=True) == []
    said = pusher.said.getvalue()
    assert "make question nordlicht/en/leadership.nodes" in said
    assert said.splitlines()[-1].endswith("changes would be written")
    pusher.push("en")
    pusher.push("en", is_dry_run=True)
    assert pusher.said.getvalue().splitlines()[-1] == "no changes"


def test_pull_shows_what_was_changed_by_hand(pusher: Pusher) -> None:
    pusher.push("en")
    assert pusher.pull().startswith("collection nordlicht/ru: it is in dashboards/ and not in Metabase")
    pusher.push()
    pusher.card("Plan by node")["name"] = "Anna's table"
    assert pusher.pull().splitlines() == [
        "--- dashboards/ question nordlicht/en/leadership.nodes",
        "+++ Metabase question nordlicht/en/leadership.nodes",
        "@@ -1 +1 @@",
        "-name: Plan by node",
        "+name: Anna's table",
    ]


def test_clicks_lead_to_numbers_of_dashboards_and_tabs(pusher: Pusher) -> None:
    pusher.push("en")
    leadership, seller = pusher.board("Leadership"), pusher.board("Seller")
    (table,) = [
        tile for tile in leadership["dashcards"] if tile["card_id"] == pusher.card("Plan by node")["id"]
    ]
    click = table["visualization_settings"]["column_settings"]['["name","node"]']["click_behavior"]
    assert (click["targetId"], click["tabId"]) == (seller["id"], seller["tabs"][0]["id"])
    sources = {
        mapping["source"]["name"]: mapping["source"]["type"] for mapping in click["parameterMapping"].values()
    }
    assert sources == {"Month": "parameter", "node_id": "column"}
    month, day = leadership["parameters"][0]["id"], seller["parameters"][0]["id"]
    assert click["parameterMapping"][day]["source"]["id"] == month
    (bar,) = [tile for tile in seller["dashcards"] if tile["card_id"] == pusher.card("My plan")["id"]]
    back = bar["visualization_settings"]["click_behavior"]
    assert (back["targetId"], back["tabId"]) == (leadership["id"], leadership["tabs"][1]["id"])


def test_filters_offer_what_the_warehouse_has_in_the_dashboards_language(pusher: Pusher) -> None:
    pusher.push()
    day, node = pusher.board("Менеджер")["parameters"]
    assert (day["name"], day["default"]) == ("До", ["2026-06"])
    assert node["values_source_config"]["values"] == [["north", "Север"], ["south", "Юг"]]


@pytest.mark.parametrize("version", [(50, 36), (54, 2), (56, 13), (57, 5), (63, 14)], ids=str)
def test_every_version_is_pushed_to_once(pusher: Pusher) -> None:
    pusher.push("en")
    assert pusher.push("en") == []


def test_a_metabase_without_a_list_of_dashboards_is_asked_by_collection(pusher: Pusher) -> None:
    pusher.metabase.lists_dashboards = False
    pusher.push("en")
    assert pusher.push("en") == []


def test_what_metabase_adds_to_filters_and_tags_is_no_change(pusher: Pusher) -> None:
    pusher.push("en")
    card, board = pusher.card("My plan"), pusher.board("Seller")
    tags = card["dataset_query"]["native"]["template-tags"].values()
    for described in (*card["parameters"], *board["parameters"], *tags):
        described["added"] = None
    assert pusher.push("en") == []
    board["parameters"][0]["name"] = "By hand"
    assert len(pusher.push("en")) == 1


def test_a_new_tab_is_added_beside_those_that_are_there(pusher: Pusher) -> None:
    pusher.push("en")
    before = pusher.board("Leadership")["tabs"]
    tab = "  - key: rows\n    title: {en: More, ru: Ещё}\n    tiles:\n      - {text: {en: a, ru: б}, "
    place = "column: 0, row: 0, width: 4, height: 1}\nquestions:\n  nodes:"
    pusher.boards.replace("leadership.yml", "questions:\n  nodes:", tab + place)
    pusher.push("en")
    assert pusher.board("Leadership")["tabs"][:2] == before
    assert pusher.board("Leadership")["tabs"][2]["name"] == "More"
    assert pusher.push("en") == []


def test_a_push_that_broke_off_anywhere_is_mended_by_the_next(
    pusher: Pusher, monkeypatch: pytest.MonkeyPatch
) -> None:
    pusher.push("en")
    asked = pusher.metabase.requests
    wrote = [number for number, seen in enumerate(asked, 1) if f"{seen.method} {seen.path}" in pusher.writes]
    assert len(wrote) == 21
    expected = _made(pusher.metabase)
    for number in wrote[::3]:
        with MetabaseServer() as metabase:
            monkeypatch.setenv("METABASE_URL", metabase.address)
            monkeypatch.setenv("METABASE_API_KEY", metabase.administrator())
            again = Pusher(pusher.company, pusher.boards, metabase, pusher.said)
            metabase.plan.faults[number] = "hang up"  # what was asked is done; its answer is lost
            with pytest.raises(Exception, match="no whole answer"):
                again.push("en")
            again.push("en")
            assert _made(metabase) == expected
            assert again.push("en") == []


def _made(metabase: MetabaseServer) -> list[tuple[str, str | None]]:
    """Names and keys of all that there is: nothing twice."""
    content = metabase.content
    things = (content.collections, content.cards, content.dashboards)
    made = [(thing["name"], key_of(thing)) for kind in things for thing in kind.values()]
    databases = [(database.name, None) for database in metabase.databases.known.values()]
    return sorted([*made, *databases, *((name, None) for name in metabase.access.groups.values())], key=str)
