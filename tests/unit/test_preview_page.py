"""What the preview holds and how its file is written, without a browser."""

from pathlib import Path

import pytest

from yardstick.dashboards import load_dashboards
from yardstick.dashboards.preview.answers import FIRST_CHOICES, values_of
from yardstick.dashboards.preview.whole_files import write_whole


def test_who_opens_the_file_while_it_is_written_sees_the_old_one_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "page.html"
    write_whole(file, "old")

    def full(*_: object, **__: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="no space left"):
        write_whole(file, "new")
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file], "nothing half-written stays"


def test_a_question_is_asked_for_what_its_dashboards_let_one_choose() -> None:
    """Sellers choose among sellers, everyone else among all nodes; both fill the tag node."""
    dashboards = load_dashboards()
    chosen = {
        "node": [("demo", {}), ("red", {}), ("anna", {})],
        "seller": [("anna", {})],
        "period": [("this month", {})],
        "kpi": [("bookings", {})],
        "known": [("now", {})],
        "comparison": [("plan", {})],
    }
    questions = {question.id: question for question in dashboards.questions()}
    values = {key: values_of(question, dashboards, chosen) for key, question in questions.items()}
    assert values["sellers.attainment"] == {"period": ["this month"], "node": ["anna"]}
    assert values["shared.value"] == {
        "kpi": ["bookings"],
        "period": ["this month"],
        "node": ["demo", "red", "anna"],
    }
    assert values["shared.nights"] == {}


def test_only_filters_that_exist_are_cut_short() -> None:
    tags = {found.tag for found in load_dashboards().filters.values()}
    assert set(FIRST_CHOICES) < tags
