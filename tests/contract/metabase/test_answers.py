"""After a push every question is run, and one that does not answer as it should fails by name."""

from typing import Any

import pytest
from pushing import Pusher

from yardstick.metabase import boards
from yardstick.metabase.errors import MetabaseError


def test_a_question_with_an_error_fails_by_name(pusher: Pusher) -> None:
    pusher.boards.replace("leadership/course.sql", "sum(actual)", "sum(actualy)")
    with pytest.raises(Exception, match=r'leadership\.course \(en\) on leadership.*column "actualy"'):
        pusher.push("en")


def test_a_filter_that_does_not_filter_fails_by_name(pusher: Pusher, monkeypatch: pytest.MonkeyPatch) -> None:
    made = boards.question_tile

    def without_card_ids(*given: Any) -> dict[str, Any]:
        tile = made(*given)
        for mapping in tile["parameter_mappings"]:
            del mapping["card_id"]
        return tile

    monkeypatch.setattr(boards, "question_tile", without_card_ids)
    with pytest.raises(MetabaseError) as raised:
        pusher.push("en")
    assert (
        "seller.mine (en) on seller: the filter node does not filter: south answers the same as north"
        in str(raised.value)
    )


def test_an_empty_answer_where_rows_exist_fails_by_name(
    pusher: Pusher, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = {"status": "completed", "row_count": 0, "data": {"rows": [], "cols": []}}
    monkeypatch.setattr(pusher.metabase.databases, "run", lambda *_: nothing)
    with pytest.raises(
        MetabaseError, match=r"leadership\.nodes .* is empty, though the warehouse has 2 rows"
    ):
        pusher.push("en")


def test_the_answers_are_those_of_the_warehouse(pusher: Pusher) -> None:
    pusher.push("en")
    board, card = pusher.board("Seller"), pusher.card("My plan")
    (tile,) = [tile for tile in board["dashcards"] if tile["card_id"] == card["id"]]
    content, values = pusher.metabase.databases, {"month": ["2026-05"], "node": ["north"]}
    assert content.run(card["dataset_query"], values, pusher.metabase.today)["data"]["rows"] == [
        [90.0, 100.0]
    ]
    assert len(tile["parameter_mappings"]) == 2
