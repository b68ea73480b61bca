"""A HubSpot account in memory: records with milliseconds of their last change, links, and a lagging index."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from doubles.hubspot.properties import PROPERTIES, Property

Values = dict[str, str | None]
#: Links that HubSpot answers for from one side only.
ONE_WAY = {("leads", "deals")}
EVERY_SCOPE = {
    "crm.objects.owners.read",
    "crm.objects.companies.read",
    "crm.objects.contacts.read",
    "crm.objects.deals.read",
    "crm.objects.leads.read",
    "crm.objects.line_items.read",
    "crm.objects.products.read",
    "crm.objects.goals.read",
    "crm.dealsplits.read_write",
    "sales-email-read",
}


def stamp(moment: datetime) -> str:
    """A point in time as HubSpot writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


@dataclass
class App:
    """A private app: its token, what it may read."""

    token: str
    scopes: set[str] = field(default_factory=lambda: set(EVERY_SCOPE))
    is_expired: bool = False


@dataclass
class Record:
    """A record as it is; `indexed` as search knows it, None where it does not."""

    id: int
    values: Values
    created: datetime
    updated: datetime
    history: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    archived: bool = False
    indexed: Values | None = None
    to_index: list[tuple[datetime, Values | None]] = field(default_factory=list)


class HubspotAccount:
    """Records by type. `now` is HubSpot's clock, which each write moves on by some milliseconds."""

    def __init__(self, currency: str = "EUR") -> None:
        self.portal_id = 12_345_678
        self.currency = currency
        self.now = datetime(2026, 1, 1, 8, tzinfo=UTC)
        self.index_lag = timedelta(0)
        self.types: dict[str, dict[str, Property]] = {kind: dict(known) for kind, known in PROPERTIES.items()}
        self.records: dict[str, dict[int, Record]] = {kind: {} for kind in PROPERTIES}
        self.merged: dict[str, dict[int, int]] = {kind: {} for kind in PROPERTIES}
        self.owners: dict[int, dict[str, Any]] = {}
        self.pipelines: list[dict[str, Any]] = []
        self.splits: dict[int, list[dict[str, Any]]] = {}
        self.apps: list[App] = []
        self._links: dict[tuple[str, str], dict[int, dict[int, set[int]]]] = defaultdict(dict)
        self._last_id = 20_000_000_000

    def next_id(self) -> int:
        """An id that no record has: as HubSpot's, larger than 32 bits."""
        self._last_id += 7
        return self._last_id

    def create(
        self, kind: str, /, at: datetime | None = None, number: int | None = None, **values: Any
    ) -> int:
        """A new record, made at a moment (now if left out)."""
        number, moment = number or self.next_id(), at or self._tick()
        made = self._created_name(kind)
        filled = {made: stamp(moment)} | {name: _text(value) for name, value in values.items()}
        record = Record(number, {}, moment, moment)
        self.records[kind][number] = record
        self._set(kind, record, filled, moment)
        return number

    def update(
        self, kind: str, number: int, /, at: datetime | None = None, by: int | None = None, **values: Any
    ) -> None:
        """Change properties of a record; none of them: touch it, as an edit of a pipeline does."""
        record = self.records[kind][number]
        self._set(
            kind, record, {name: _text(value) for name, value in values.items()}, at or self._tick(), by
        )

    def archive(self, kind: str, number: int) -> None:
        """Delete a record: it moves to the recycle bin, and leaves the index in time."""
        record = self.records[kind][number]
        record.archived = True
        record.to_index.append((self._tick() + self.index_lag, None))

    def restore(self, kind: str, number: int) -> None:
        """Take a record back out of the bin: its modified time stays what it was."""
        record = self.records[kind][number]
        record.archived = False
        record.to_index.append((self._tick() + self.index_lag, dict(record.values)))

    def purge(self, kind: str, number: int) -> None:
        """Delete a record for good, without a trace."""
        del self.records[kind][number]

    def merge(self, kind: str, winner: int, loser: int) -> None:
        """Make one record of two: the winner keeps its id, and gets the loser's links."""
        self.merged[kind][loser] = winner
        known = self.records[kind][winner].values.get("hs_merged_object_ids")
        self.update(kind, winner, hs_merged_object_ids=f"{known};{loser}" if known else str(loser))
        for (origin, target), links in self._links.items():
            if origin == kind and loser in links:
                links.setdefault(winner, {}).update(links.pop(loser))
            if target == kind:
                for to in links.values():
                    if loser in to:
                        to.setdefault(winner, set()).update(to.pop(loser))
        del self.records[kind][loser]

    def link(self, kind: str, number: int, to: str, other: int, type_id: int = 1) -> None:
        """Link two records; it changes the modified time of neither."""
        self._links[kind, to].setdefault(number, {}).setdefault(other, set()).add(type_id)
        if (kind, to) not in ONE_WAY:
            self._links[to, kind].setdefault(other, {}).setdefault(number, set()).add(type_id + 1)

    def unlink(self, kind: str, number: int, to: str, other: int) -> None:
        """Undo a link."""
        self._links[kind, to].get(number, {}).pop(other, None)
        self._links[to, kind].get(other, {}).pop(number, None)

    def links(self, kind: str, number: int, to: str) -> dict[int, set[int]]:
        """What a record is linked to and is there."""
        found = self._links[kind, to].get(number, {})
        there = self.records[to]
        return {
            other: types for other, types in found.items() if other in there and not there[other].archived
        }

    def owner(self, number: int, first: str, last: str = "", **values: Any) -> int:
        """An owner; its user's id is another number."""
        made = stamp(self._tick())
        self.owners[number] = {
            "id": str(number),
            "email": f"{first.lower()}@acme.example",
            "type": "PERSON",
            "firstName": first,
            "lastName": last,
            "userId": number + 500,
            "userIdIncludingInactive": number + 500,
            "createdAt": made,
            "updatedAt": made,
            "archived": False,
            **values,
        }
        return number

    def pipeline(self, key: str, label: str, stages: list[tuple[str, str, float, bool]]) -> None:
        """A pipeline of deals: of each stage id, label, chance to win, whether it closes the deal."""
        made = {"createdAt": stamp(self.now), "updatedAt": stamp(self.now), "archived": False}
        self.pipelines.append(
            {
                "id": key,
                "label": label,
                "displayOrder": len(self.pipelines),
                "stages": [
                    {
                        "id": stage,
                        "label": name,
                        "displayOrder": place,
                        "metadata": {"isClosed": str(is_closed).lower(), "probability": str(chance)},
                        "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
                        **made,
                    }
                    for place, (stage, name, chance, is_closed) in enumerate(stages)
                ],
                **made,
            }
        )

    def split(self, deal: int, *shares: tuple[int, str]) -> None:
        """Share a deal among owners; it does not change the deal's modified time."""
        made = stamp(self._tick())
        self.splits[deal] = [
            {
                "id": str(self.next_id()),
                "properties": {"hubspot_owner_id": str(owner), "hs_deal_split_percentage": share},
                "createdAt": made,
                "updatedAt": made,
                "archived": False,
            }
            for owner, share in shares
        ]

    def search(self, kind: str, test: Callable[[Values], bool]) -> list[tuple[int, Values]]:
        """What the index knows."""
        found = []
        for number, record in self.records[kind].items():
            while record.to_index and record.to_index[0][0] <= self.now:
                record.indexed = record.to_index.pop(0)[1]
            if record.indexed is not None and test(record.indexed):
                found.append((number, record.indexed))
        return found

    def modified_name(self, kind: str) -> str:
        """The property of the last change."""
        return "lastmodifieddate" if kind == "contacts" else "hs_lastmodifieddate"

    def _created_name(self, kind: str) -> str:
        return "createdate" if "createdate" in self.types[kind] else "hs_createdate"

    def _set(
        self, kind: str, record: Record, values: Values, moment: datetime, by: int | None = None
    ) -> None:
        unknown = values.keys() - self.types[kind].keys()
        assert not unknown, f"{kind} has no {unknown}"
        for name, value in values.items():
            if record.values.get(name) != value:
                entry = {"value": value or "", "timestamp": stamp(moment), "sourceType": "CRM_UI"}
                record.history.setdefault(name, []).insert(
                    0, {**entry, "sourceId": f"userId:{by}", "updatedByUserId": by} if by else entry
                )
        record.values |= values
        record.updated = moment
        record.values |= {self.modified_name(kind): stamp(moment), "hs_object_id": str(record.id)}
        record.to_index.append((max(moment, self.now) + self.index_lag, dict(record.values)))

    def _tick(self) -> datetime:
        self.now += timedelta(milliseconds=3)
        return self.now


def _text(value: Any) -> str | None:
    if isinstance(value, datetime):
        return stamp(value)
    return None if value is None else str(value)
