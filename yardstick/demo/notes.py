"""What to know of the demo besides its records, as JSON-ready values: people, changes, planted defects."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from yardstick.demo.columns import DAY_MINUTES, NONE, SYSTEMS
from yardstick.demo.dialects import DIALECTS
from yardstick.demo.dirt import Planted
from yardstick.demo.edits import CLOSED, DISCOUNT, OWNER
from yardstick.demo.records import Records, TableName
from yardstick.demo.stages import LOSS
from yardstick.demo.view import View
from yardstick.demo.volumes import AS_OF
from yardstick.demo.world import World

_EDITED = {OWNER: "owner_id", CLOSED: "closed_at", DISCOUNT: "amount"}


def take_notes(view: View, planted: Sequence[Planted], seed: int) -> dict[str, Any]:
    """Days as ISO dates, ids as exported; `edited` are closed deals that are ever corrected or deleted."""
    world, records = view.world, view.records
    return {
        "seed": seed,
        "first_day": world.first_day.isoformat(),
        "as_of": view.as_of.isoformat(),
        "people": [_person(world, row) for row in range(len(world.sellers))],
        **_changes(world),
        "reversed_deals": [
            _id(records, "deals", row) for row in view.rows["deals"] if view.deals.entered[row, LOSS] != NONE
        ],
        "edited": sorted(_edited(world, records), key=lambda note: (note["on"], note["id"])),
        "planted": [_note(records, defect) for defect in planted],
    }


def _id(records: Records, table: TableName, row: int) -> str:
    written = DIALECTS[records.systems[table][row]].ids[table]
    return written % int(records.numbers[table][row])


def _edited(world: World, records: Records) -> Iterable[dict[str, str]]:
    edits, deals = records.edits, records.deals
    for field, row, at in zip(edits.field.tolist(), edits.row.tolist(), edits.at.tolist(), strict=True):
        if at:  # what was never otherwise is a defect, not an edit
            deal = int(records.lines.deal[row]) if field == DISCOUNT else row
            yield _of_deal(world, records, deal, _EDITED[field], at)
    for row, at in enumerate(deals.deleted.tolist()):
        if at != NONE:
            yield _of_deal(world, records, row, "deleted", at)


def _of_deal(world: World, records: Records, deal: int, what: str, at: int) -> dict[str, str]:
    return {
        "source": SYSTEMS[records.deals.system[deal]],
        "id": _id(records, "deals", deal),
        "what": what,
        "on": world.date_of(at // DAY_MINUTES).isoformat(),
    }


def _person(world: World, row: int) -> dict[str, Any]:
    seller = world.sellers[row]
    return {
        "person": seller.person,
        "ids": {system: known for system, known in zip(SYSTEMS, seller.ids, strict=True) if known},
    }


def _changes(world: World) -> dict[str, Any]:
    """Who joined, left or moved within the world, with the first day on which it was so."""
    joiners, leavers, movers = [], [], []
    first_day = world.first_day
    for seller in world.sellers:
        stays = sorted(seller.stays, key=lambda stay: stay.first or first_day)
        first, end = stays[0].first, stays[-1].end
        if first is not None and first > first_day:
            joiners.append({"person": seller.person, "on": first.isoformat()})
        if end is not None and end <= AS_OF:
            leavers.append({"person": seller.person, "on": end.isoformat()})
        movers += [
            {"person": seller.person, "on": after.first.isoformat(), "from": before.team, "to": after.team}
            for before, after in pairwise(stays)
            if before.team != after.team and after.first is not None and first_day < after.first <= AS_OF
        ]
    return {"joiners": joiners, "leavers": leavers, "movers": movers}


def _note(records: Records, defect: Planted) -> dict[str, str]:
    note = {
        "kind": defect.kind,
        "source": SYSTEMS[records.systems[defect.table][defect.row]],
        "file": f"{defect.table}.csv",
        "id": _id(records, defect.table, defect.row),
        "field": defect.field,
    }
    if defect.original is None:
        return note
    return {**note, "original": _id(records, defect.table, defect.original)}
