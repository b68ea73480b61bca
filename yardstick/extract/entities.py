"""The canonical entities that every source gives, or openly lacks: their fields and types."""

from collections.abc import Collection
from typing import Literal

from yardstick.reading.wording import did_you_mean, listed

FieldType = Literal["text", "moment", "number"]

#: Entity → field → type. `id` is the record's own identity in its source; a `moment` is a date or
#: a point in time; a field ending in `_id` holds an id of the same source.
ENTITIES: dict[str, dict[str, FieldType]] = {
    "people": {"id": "text", "name": "text", "team": "text", "region": "text"},
    "accounts": {"id": "text", "name": "text", "industry": "text", "country": "text"},
    "products": {"id": "text", "name": "text", "list_price": "number"},
    "deals": {
        "id": "text",
        "name": "text",
        "owner_id": "text",
        "account_id": "text",
        "product_id": "text",
        "lead_id": "text",
        "stage": "text",
        "amount": "number",
        "currency": "text",
        "kind": "text",
        "created_at": "moment",
        "expected_close_at": "moment",
        "closed_at": "moment",
        "modified_at": "moment",
    },
    "deal_splits": {
        "id": "text",
        "deal_id": "text",
        "owner_id": "text",
        "share": "number",
        "modified_at": "moment",
    },
    "stage_entries": {
        "id": "text",
        "deal_id": "text",
        "stage": "text",
        "actor_id": "text",
        "entered_at": "moment",
        "modified_at": "moment",
    },
    "leads": {
        "id": "text",
        "owner_id": "text",
        "origin": "text",
        "deal_id": "text",
        "created_at": "moment",
        "assigned_at": "moment",
        "modified_at": "moment",
    },
    "activities": {
        "id": "text",
        "kind": "text",
        "owner_id": "text",
        "actor_id": "text",
        "deal_id": "text",
        "lead_id": "text",
        "direction": "text",
        "status": "text",
        "minutes": "number",
        "happened_at": "moment",
        "due_at": "moment",
        "completed_at": "moment",
        "logged_at": "moment",
        "modified_at": "moment",
    },
    "quotes": {
        "id": "text",
        "deal_id": "text",
        "owner_id": "text",
        "amount": "number",
        "currency": "text",
        "sent_at": "moment",
        "modified_at": "moment",
    },
    "lines": {
        "id": "text",
        "deal_id": "text",
        "product_id": "text",
        "quantity": "number",
        "list_price": "number",
        "unit_price": "number",
        "unit_cost": "number",
        "modified_at": "moment",
    },
    "invoices": {
        "id": "text",
        "deal_id": "text",
        "account_id": "text",
        "amount": "number",
        "currency": "text",
        "issued_at": "moment",
        "due_at": "moment",
        "modified_at": "moment",
    },
    "payments": {
        "id": "text",
        "invoice_id": "text",
        "deal_id": "text",
        "amount": "number",
        "currency": "text",
        "paid_at": "moment",
        "modified_at": "moment",
    },
    "surveys": {
        "id": "text",
        "account_id": "text",
        "deal_id": "text",
        "owner_id": "text",
        "score": "number",
        "answered_at": "moment",
        "modified_at": "moment",
    },
    "targets": {
        "id": "text",
        "kpi": "text",
        "node": "text",
        "owner_id": "text",
        "period": "text",
        "level": "text",
        "value": "number",
        "currency": "text",
        "version": "number",
        "decided_at": "moment",
        "modified_at": "moment",
    },
}

#: Entity → field → the field of the same entity from which it is known where a source does not map it.
SUBSTITUTES: dict[str, dict[str, str]] = {
    "leads": {"assigned_at": "created_at"},
    "activities": {"actor_id": "owner_id"},
    "quotes": {"owner_id": "deal_id"},
    "payments": {"deal_id": "invoice_id"},
    "surveys": {"owner_id": "deal_id", "account_id": "deal_id"},
}

#: Fields without which a record of the entity says nothing, so a source must map them.
REQUIRED_FIELDS: dict[str, tuple[str, ...]] = {
    "people": ("id",),
    "accounts": ("id",),
    "products": ("id",),
    "deals": ("id", "owner_id", "stage", "amount", "created_at", "closed_at"),
    "deal_splits": ("id", "deal_id", "owner_id", "share"),
    "stage_entries": ("id", "deal_id", "stage", "entered_at"),
    "leads": ("id", "owner_id", "created_at"),
    "activities": ("id", "kind", "owner_id", "happened_at"),
    "quotes": ("id", "deal_id", "sent_at"),
    "lines": ("id", "deal_id", "quantity", "unit_price"),
    "invoices": ("id", "amount", "issued_at"),
    "payments": ("id", "amount", "paid_at"),
    "surveys": ("id", "score", "answered_at"),
    "targets": ("id", "kpi", "period", "value"),
}


def given_fields(entity: str, mapped: Collection[str]) -> set[str]:
    """The fields of an entity that a source gives: those it maps, and those that are known from them."""
    substituted = {field for field, other in SUBSTITUTES.get(entity, {}).items() if other in mapped}
    return {*mapped, *substituted}


def known_entity(name: str, given: Collection[str]) -> str:
    """The name, if a kind of source gives such an entity; raises ValueError if not."""
    if name not in given:
        raise ValueError(f"one of {listed(list(given))}{did_you_mean(name, given)}")
    return name
