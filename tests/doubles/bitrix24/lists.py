"""The lists of Bitrix24 that the double knows: how they are asked for, and the fields of their rows."""

from dataclasses import dataclass, field
from typing import Any, Literal

#: How a method takes its parameters: as crm.item.list, as the older crm.*.list, or in its own way.
Style = Literal["item", "classic", "statistic", "offsets"]


@dataclass(frozen=True)
class Listed:
    """A method that lists rows: of which list, under which key of its result, by which right."""

    table: str
    key: str = ""
    style: Style = "classic"
    scopes: tuple[str, ...] = ("crm",)
    id: str = "ID"
    needs_administrator: bool = False
    #: Where rows of several kinds are asked for by one method: entityTypeId → list.
    by_kind: dict[int, str] = field(default_factory=dict)


ITEMS = {1: "crm_lead", 2: "crm_deal", 3: "crm_contact", 4: "crm_company", 7: "crm_quote", 31: "crm_invoice"}

METHODS: dict[str, Listed] = {
    "crm.item.list": Listed("", "items", "item", id="id", by_kind=ITEMS),
    "crm.stagehistory.list": Listed(
        "", "items", "item", by_kind={2: "crm_deal_stage_history", 31: "crm_invoice_stage_history"}
    ),
    "crm.item.productrow.list": Listed("product_row", "productRows", "item", id="id"),
    "crm.activity.list": Listed("crm_activity"),
    "crm.product.list": Listed("crm_product"),
    "crm.status.list": Listed("crm_status", style="offsets"),
    "crm.category.list": Listed("", "categories", "offsets", id="id", by_kind={2: "crm_deal_category"}),
    "crm.currency.list": Listed("crm_currency", style="offsets", id="CURRENCY"),
    "crm.orderentity.list": Listed("crm_order_entity", "orderEntity", "item", id="orderId"),
    "sale.payment.list": Listed(
        "sale_payment", "payments", "item", ("sale",), id="id", needs_administrator=True
    ),
    "user.get": Listed("user", style="offsets", scopes=("user", "user_basic", "user_brief")),
    "department.get": Listed("department", style="offsets", scopes=("department",)),
    "voximplant.statistic.get": Listed("voximplant_statistic", style="statistic", scopes=("telephony",)),
}

_ITEM = ("id", "createdTime", "updatedTime", "createdBy", "updatedBy", "assignedById", "opened", "webformId")
_MONEY = ("opportunity", "currencyId", "isManualOpportunity")
_CLIENT = ("companyId", "contactId", "contactIds")
_STAGE = ("stageId", "movedTime", "movedBy")
_HISTORY = ("ID", "TYPE_ID", "OWNER_ID", "CREATED_TIME", "CATEGORY_ID", "STAGE_SEMANTIC_ID", "STAGE_ID")

#: Fields that a row of a list has, empty where nobody filled them.
FIELDS: dict[str, tuple[str, ...]] = {
    "crm_lead": (
        *_ITEM,
        *_MONEY,
        *_CLIENT,
        *_STAGE,
        "title",
        "name",
        "lastName",
        "sourceId",
        "stageSemanticId",
        "fm",
        "phone",
        "email",
    ),
    "crm_deal": (
        *_ITEM,
        *_MONEY,
        *_CLIENT,
        *_STAGE,
        "title",
        "typeId",
        "categoryId",
        "stageSemanticId",
        "previousStageId",
        "closed",
        "isRecurring",
        "begindate",
        "closedate",
        "leadId",
        "quoteId",
        "sourceId",
        "comments",
        "taxValue",
        "searchContent",
        "lastActivityTime",
    ),
    "crm_contact": (*_ITEM, "name", "lastName", "companyId", "typeId", "sourceId", "fm", "phone", "email"),
    "crm_company": (*_ITEM, "title", "industry", "typeId", "isMyCompany", "fm", "phone", "email"),
    "crm_quote": (
        *_ITEM,
        *_MONEY,
        "companyId",
        "contactId",
        "title",
        "stageId",
        "dealId",
        "begindate",
        "closedate",
        "taxValue",
        "clientPhone",
    ),
    "crm_invoice": (
        *_ITEM,
        *_MONEY,
        *_CLIENT,
        *_STAGE,
        "title",
        "accountNumber",
        "categoryId",
        "begindate",
        "closedate",
        "taxValue",
        "parentId2",
        "parentId7",
    ),
    "crm_deal_stage_history": _HISTORY,
    "crm_invoice_stage_history": _HISTORY,
    "product_row": (
        "id",
        "ownerId",
        "ownerType",
        "productId",
        "productName",
        "price",
        "priceExclusive",
        "priceNetto",
        "priceBrutto",
        "quantity",
        "discountRate",
        "taxRate",
        "taxIncluded",
        "sort",
    ),
    "crm_activity": (
        "ID",
        "OWNER_ID",
        "OWNER_TYPE_ID",
        "TYPE_ID",
        "PROVIDER_ID",
        "PROVIDER_TYPE_ID",
        "SUBJECT",
        "CREATED",
        "LAST_UPDATED",
        "START_TIME",
        "END_TIME",
        "DEADLINE",
        "COMPLETED",
        "STATUS",
        "RESPONSIBLE_ID",
        "DESCRIPTION",
        "DIRECTION",
        "AUTHOR_ID",
        "EDITOR_ID",
    ),
    "crm_product": ("ID", "NAME", "CODE", "ACTIVE", "PRICE", "CURRENCY_ID", "DESCRIPTION", "TIMESTAMP_X"),
    "crm_status": ("ID", "ENTITY_ID", "STATUS_ID", "NAME", "SORT", "SYSTEM", "CATEGORY_ID", "SEMANTICS"),
    "crm_deal_category": ("id", "name", "sort", "entityTypeId", "isDefault"),
    "crm_currency": ("CURRENCY", "AMOUNT_CNT", "AMOUNT", "SORT", "BASE", "FULL_NAME", "DATE_UPDATE"),
    "crm_order_entity": ("orderId", "ownerId", "ownerTypeId"),
    "sale_payment": ("id", "orderId", "paid", "datePaid", "sum", "currency", "isReturn", "comments"),
    "user": ("ID", "ACTIVE", "NAME", "LAST_NAME", "EMAIL", "PERSONAL_MOBILE", "UF_DEPARTMENT", "LAST_LOGIN"),
    "department": ("ID", "NAME", "SORT", "PARENT", "UF_HEAD"),
    "voximplant_statistic": (
        "ID",
        "PORTAL_USER_ID",
        "PHONE_NUMBER",
        "CALL_ID",
        "CALL_TYPE",
        "CALL_DURATION",
        "CALL_START_DATE",
        "CALL_RECORD_URL",
        "CALL_FAILED_CODE",
        "CRM_ENTITY_TYPE",
        "CRM_ENTITY_ID",
        "CRM_ACTIVITY_ID",
    ),
}
#: Lists whose numbers are shown as text.
AS_TEXT = frozenset(
    {"crm_activity", "crm_product", "crm_status", "user", "department", "voximplant_statistic"}
)
#: When a row was made and changed last, where the list says so.
STAMPS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(ITEMS.values(), ("createdTime", "updatedTime")),
    "crm_activity": ("CREATED", "LAST_UPDATED"),
    "crm_deal_stage_history": ("CREATED_TIME", "CREATED_TIME"),
    "crm_invoice_stage_history": ("CREATED_TIME", "CREATED_TIME"),
}
#: What a product row's list may be filtered by; conditions on other fields are ignored without a word.
ROW_FILTER = frozenset({"ownerType", "ownerId", "id", "productId"})

Row = dict[str, Any]
