"""Which lists of Bitrix24 are read, what of them, and for which of the canonical entities."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from yardstick.extract.records import Landing

#: What Bitrix24 gives: canonical entity → fields that it has of its own.
GIVEN: dict[str, tuple[str, ...]] = {
    "people": ("id", "name", "team", "region"),
    "accounts": ("id", "name", "industry"),
    "products": ("id", "name", "list_price"),
    "deals": (
        "id",
        "name",
        "owner_id",
        "account_id",
        "lead_id",
        "stage",
        "amount",
        "currency",
        "created_at",
        "expected_close_at",
        "closed_at",
        "modified_at",
    ),
    "stage_entries": ("id", "deal_id", "stage", "actor_id", "entered_at", "modified_at"),
    "leads": ("id", "owner_id", "origin", "deal_id", "created_at", "modified_at"),
    "activities": (
        "id",
        "kind",
        "owner_id",
        "actor_id",
        "deal_id",
        "lead_id",
        "direction",
        "status",
        "minutes",
        "happened_at",
        "due_at",
        "completed_at",
        "logged_at",
        "modified_at",
    ),
    "quotes": ("id", "deal_id", "owner_id", "amount", "currency", "sent_at", "modified_at"),
    "lines": ("id", "deal_id", "product_id", "quantity", "list_price", "unit_price", "modified_at"),
    "invoices": ("id", "deal_id", "account_id", "amount", "currency", "issued_at", "due_at", "modified_at"),
    "payments": ("id", "invoice_id", "deal_id", "amount", "currency", "paid_at"),
}

#: Canonical entity → the list that makes it, or most of it.
MADE_OF: dict[str, str] = {
    "people": "user",
    "accounts": "crm_company",
    "products": "crm_product",
    "deals": "crm_deal",
    "stage_entries": "crm_deal_stage_history",
    "leads": "crm_lead",
    "activities": "crm_activity",
    "quotes": "crm_quote",
    "lines": "crm_deal_product_rows",
    "invoices": "crm_invoice",
    "payments": "sale_payment",
}

#: What never lands: it says only that a record was touched, how to reach a person, or serves a search.
LEFT_OUT = frozenset(
    {
        "entityTypeId",
        "updatedTime",
        "updatedBy",
        "lastActivityTime",
        "lastActivityBy",
        "lastCommunicationCallTime",
        "lastCommunicationEmailTime",
        "lastCommunicationImolTime",
        "lastCommunicationTime",
        "lastCommunicationWebformTime",
        "begindateShort",
        "closedateShort",
        "dateCreateShort",
        "dateModifyShort",
        "searchContent",
        "fm",
        "phone",
        "phoneMailing",
        "phoneMobile",
        "phoneWork",
        "email",
        "emailHome",
        "emailMailing",
        "emailWork",
        "imol",
        "clientAddr",
        "clientContact",
        "clientEmail",
        "clientPhone",
        "LAST_UPDATED",
        "DATE_UPDATE",
        "TIMESTAMP_X",
    }
)


@dataclass(frozen=True)
class Bitrix24List:
    """A list of Bitrix24, and how it is asked for.

    One without a modified time is read whole each night: page by page behind the last id, or by offsets where
    it is too short for that. Only `fields` are kept if there are any. A list is not steady where it may be
    empty, or shrink by a lot, and all is well.
    """

    name: str
    method: str
    serves: frozenset[str]
    #: Any of these rights of a webhook suffices.
    scopes: tuple[str, ...] = ("crm",)
    parameters: Mapping[str, object] = field(default_factory=dict)
    #: What holds the rows of a result; the result itself if empty.
    rows: str = ""
    id: str = "ID"
    modified: str | None = None
    fields: tuple[str, ...] = ()
    pages: Literal["ids", "offsets"] = "ids"
    filter: str = "filter"
    is_steady: bool = True


_ALL = frozenset(GIVEN)
_STAGED = frozenset({"deals", "stage_entries"})
_LEAD, _DEAL, _CONTACT, _COMPANY, _QUOTE, _INVOICE = 1, 2, 3, 4, 7, 31


def _items(
    name: str, kind: int, *serves: str, fields: tuple[str, ...] = (), steady: bool = True
) -> Bitrix24List:
    """Records of the CRM by the method that is the same for all of them."""
    return Bitrix24List(
        name,
        "crm.item.list",
        frozenset(serves),
        parameters={"entityTypeId": kind, "useOriginalUfNames": "Y"},
        rows="items",
        id="id",
        modified="updatedTime",
        fields=fields,
        is_steady=steady,
    )


def _history(name: str, kind: int, *serves: str) -> Bitrix24List:
    return Bitrix24List(
        name,
        "crm.stagehistory.list",
        frozenset(serves),
        parameters={"entityTypeId": kind},
        rows="items",
        modified="CREATED_TIME",
        is_steady=kind == _DEAL,
    )


DEALS = _items("crm_deal", _DEAL, "deals", "stage_entries", "leads")
PRODUCT_ROWS = Bitrix24List(
    "crm_deal_product_rows",
    "crm.item.productrow.list",
    frozenset({"lines"}),
    rows="productRows",
    id="id",
    modified="updatedTime",
)

LISTS: tuple[Bitrix24List, ...] = (
    Bitrix24List(
        "user",
        "user.get",
        _ALL,
        ("user", "user_basic", "user_brief"),
        {"sort": "ID", "order": "ASC", "ADMIN_MODE": True},
        fields=("ID", "ACTIVE", "NAME", "LAST_NAME", "UF_DEPARTMENT"),
        pages="offsets",
        is_steady=False,
    ),
    Bitrix24List(
        "department",
        "department.get",
        frozenset({"people"}),
        ("department",),
        {"sort": "ID", "order": "ASC"},
        pages="offsets",
        is_steady=False,
    ),
    Bitrix24List(
        "crm_status",
        "crm.status.list",
        _STAGED | {"leads", "accounts", "quotes", "invoices", "payments"},
        parameters={"order": {"ID": "ASC"}},
        pages="offsets",
        is_steady=False,
    ),
    Bitrix24List(
        "crm_deal_category",
        "crm.category.list",
        _STAGED,
        parameters={"entityTypeId": _DEAL},
        rows="categories",
        id="id",
        pages="offsets",
        is_steady=False,
    ),
    Bitrix24List(
        "crm_currency",
        "crm.currency.list",
        frozenset({"deals"}),
        id="CURRENCY",
        fields=("CURRENCY", "BASE"),
        pages="offsets",
        is_steady=False,
    ),
    Bitrix24List(
        "crm_product",
        "crm.product.list",
        frozenset({"products"}),
        fields=("ID", "NAME", "CODE", "ACTIVE", "PRICE", "CURRENCY_ID"),
    ),
    _items("crm_company", _COMPANY, "accounts"),
    _items(
        "crm_contact",
        _CONTACT,
        "accounts",
        fields=("id", "name", "lastName", "companyId", "typeId", "createdTime", "updatedTime"),
        steady=False,
    ),
    _items("crm_lead", _LEAD, "leads"),
    DEALS,
    _history("crm_deal_stage_history", _DEAL, "stage_entries"),
    Bitrix24List(
        "crm_activity",
        "crm.activity.list",
        frozenset({"activities"}),
        modified="LAST_UPDATED",
        fields=(
            "ID",
            "OWNER_ID",
            "OWNER_TYPE_ID",
            "TYPE_ID",
            "PROVIDER_ID",
            "PROVIDER_TYPE_ID",
            "CREATED",
            "LAST_UPDATED",
            "START_TIME",
            "END_TIME",
            "DEADLINE",
            "COMPLETED",
            "STATUS",
            "RESPONSIBLE_ID",
            "AUTHOR_ID",
            "DIRECTION",
        ),
    ),
    Bitrix24List(
        "voximplant_statistic",
        "voximplant.statistic.get",
        frozenset({"activities"}),
        ("telephony",),
        modified="CALL_START_DATE",
        fields=(
            "ID",
            "PORTAL_USER_ID",
            "CALL_TYPE",
            "CALL_DURATION",
            "CALL_START_DATE",
            "CALL_FAILED_CODE",
            "CRM_ENTITY_TYPE",
            "CRM_ENTITY_ID",
            "CRM_ACTIVITY_ID",
        ),
        filter="FILTER",
        is_steady=False,
    ),
    PRODUCT_ROWS,
    _items("crm_quote", _QUOTE, "quotes", steady=False),
    _items("crm_invoice", _INVOICE, "invoices", "payments", steady=False),
    _history("crm_invoice_stage_history", _INVOICE, "payments"),
    Bitrix24List(
        "sale_payment",
        "sale.payment.list",
        frozenset({"payments"}),
        ("sale",),
        rows="payments",
        id="id",
        fields=("id", "orderId", "paid", "datePaid", "sum", "currency", "isReturn"),
        is_steady=False,
    ),
    Bitrix24List(
        "crm_order_entity",
        "crm.orderentity.list",
        frozenset({"payments"}),
        rows="orderEntity",
        id="orderId",
        fields=("orderId", "ownerId", "ownerTypeId"),
        is_steady=False,
    ),
)


def lists_for(entities: Collection[str]) -> tuple[Bitrix24List, ...]:
    """The lists that the entities are made of."""
    return tuple(each for each in LISTS if each.serves.intersection(entities))


def landings(entities: Collection[str]) -> tuple[Landing, ...]:
    """What lands for the entities."""
    return tuple(Landing(each.name, each.is_steady) for each in lists_for(entities))
