"""The double of Bitrix24 has what is asked of Bitrix24, and sends what must not land."""

import pytest
from doubles.bitrix24.lists import AS_TEXT, FIELDS, METHODS, STAMPS
from doubles.bitrix24.portal import Portal

from yardstick.extract.bitrix24_lists import LEFT_OUT, LISTS, PRODUCT_ROWS, Bitrix24List

PAGED = [each for each in LISTS if each is not PRODUCT_ROWS]


@pytest.mark.parametrize("asked", PAGED, ids=lambda asked: asked.name)
def test_each_list_is_asked_for_as_the_double_gives_it(asked: Bitrix24List) -> None:
    listed = METHODS[asked.method]
    kind = asked.parameters.get("entityTypeId")
    table = listed.by_kind[kind] if listed.by_kind else listed.table
    assert (asked.name, asked.rows, asked.id) == (table, listed.key, listed.id)
    assert (asked.pages == "offsets") == (listed.style == "offsets")
    assert (asked.filter == "FILTER") == (listed.style == "statistic")
    assert set(asked.scopes) == set(listed.scopes)


@pytest.mark.parametrize("asked", PAGED, ids=lambda asked: asked.name)
def test_each_field_that_is_asked_for_is_one_that_the_double_has(asked: Bitrix24List) -> None:
    named = {asked.id, *asked.fields, *filter(None, [asked.modified])}
    assert named <= set(FIELDS[asked.name])
    if asked.modified and asked.name != "voximplant_statistic":
        assert asked.modified == STAMPS[asked.name][1]


def test_what_is_left_out_would_be_there() -> None:
    sent = {name for fields in FIELDS.values() for name in fields}
    assert {
        "updatedTime",
        "fm",
        "phone",
        "email",
        "searchContent",
        "LAST_UPDATED",
        "TIMESTAMP_X",
    } <= sent & LEFT_OUT


@pytest.mark.parametrize("table", FIELDS)
def test_old_lists_send_numbers_as_text_and_new_ones_as_numbers(table: str) -> None:
    portal = Portal()
    number = portal.create(table, **({"CURRENCY": "EUR"} if table == "crm_currency" else {}))
    shown = portal.shown(table, portal.rows[table][number or "EUR"])[FIELDS[table][0]]
    assert isinstance(shown, str) == (table in AS_TEXT or table == "crm_currency")
