"""How each of the two CRMs writes: file layout, names of columns, words, ids."""

from collections.abc import Mapping
from dataclasses import dataclass

Headings = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Dialect:
    """One CRM's way of exporting; `words` are in the order of the simulator's codes.

    `headings` give, for each file, the column of each field. A field without one is not exported.
    """

    folder: str
    delimiter: str
    is_german: bool
    ids: Mapping[str, str]
    words: Mapping[str, tuple[str, ...]]
    stages: tuple[str, ...]
    headings: Headings


_CRM = Dialect(
    folder="",
    delimiter=";",
    is_german=True,
    ids={
        "accounts": "K%05d",
        "deals": "D%06d",
        "deal_splits": "T%05d",
        "stage_entries": "S%06d",
        "lines": "P%06d",
        "leads": "L%06d",
        "activities": "A%07d",
        "quotes": "Q%06d",
        "invoices": "R%06d",
        "payments": "Z%06d",
        "surveys": "F%05d",
    },
    words={
        "kind": ("New", "Expansion", "Renewal"),
        "activity_kind": ("Call", "Meeting", "Task"),
        "direction": ("Outbound", "Inbound"),
        "status": ("Connected", "No answer", "Held", "Cancelled", "Done", "Open"),
        "origin": ("Website", "Campaign", "Trade fair", "Partner", "Referral"),
    },
    stages=("Qualification", "Discovery", "Proposal", "Negotiation", "Closed Won", "Closed Lost"),
    headings={
        "users": {"id": "UserId", "name": "FullName", "active": "Active"},
        "accounts": {
            "id": "AccountNo",
            "name": "AccountName",
            "industry": "Industry",
            "country": "Country",
            "segment": "Segment",
        },
        "products": {
            "id": "ProductCode",
            "name": "ProductName",
            "list_price": "ListPrice",
            "family": "Family",
        },
        "deals": {
            "id": "DealNo",
            "name": "DealName",
            "owner_id": "Owner",
            "account_id": "Account",
            "product_id": "Product",
            "lead_id": "SourceLead",
            "kind": "Kind",
            "stage": "Stage",
            "amount": "Amount",
            "currency": "Currency",
            "created_at": "Created",
            "expected_close_at": "ExpectedClose",
            "closed_at": "Closed",
            "modified_at": "LastModified",
        },
        "deal_splits": {"id": "SplitNo", "deal_id": "Deal", "owner_id": "Person", "share": "Share"},
        "stage_entries": {
            "id": "HistoryId",
            "deal_id": "Deal",
            "stage": "Stage",
            "actor_id": "ChangedBy",
            "entered_at": "ChangedAt",
        },
        "lines": {
            "id": "PositionNo",
            "deal_id": "Deal",
            "product_id": "Product",
            "quantity": "Quantity",
            "list_price": "ListPrice",
            "unit_price": "UnitPrice",
            "unit_cost": "UnitCost",
        },
        "leads": {
            "id": "LeadNo",
            "owner_id": "Owner",
            "origin": "Channel",
            "deal_id": "ConvertedDeal",
            "created_at": "Received",
            "assigned_at": "Assigned",
            "modified_at": "LastModified",
        },
        "activities": {
            "id": "ActivityNo",
            "kind": "Type",
            "owner_id": "Owner",
            "deal_id": "Deal",
            "lead_id": "Lead",
            "direction": "Direction",
            "status": "Outcome",
            "minutes": "Minutes",
            "happened_at": "Start",
            "due_at": "Due",
            "completed_at": "Completed",
            "logged_at": "Logged",
        },
        "quotes": {
            "id": "QuoteNo",
            "deal_id": "Deal",
            "owner_id": "Author",
            "amount": "Amount",
            "currency": "Currency",
            "sent_at": "Sent",
        },
        "invoices": {
            "id": "InvoiceNo",
            "deal_id": "Deal",
            "account_id": "Account",
            "amount": "Amount",
            "currency": "Currency",
            "issued_at": "Issued",
            "due_at": "Due",
        },
        "payments": {
            "id": "PaymentNo",
            "invoice_id": "Invoice",
            "amount": "Amount",
            "currency": "Currency",
            "paid_at": "Paid",
        },
        "surveys": {
            "id": "SurveyNo",
            "account_id": "Account",
            "deal_id": "Deal",
            "owner_id": "Seller",
            "score": "Score",
            "answered_at": "Answered",
        },
    },
)

_ALPINE = Dialect(
    folder="alpine",
    delimiter=",",
    is_german=False,
    ids={
        "accounts": "acc-%04d",
        "deals": "opp-%05d",
        "stage_entries": "mov-%06d",
        "lines": "itm-%05d",
        "leads": "enq-%05d",
        "activities": "act-%06d",
        "quotes": "off-%05d",
        "invoices": "inv-%05d",
        "payments": "pay-%05d",
    },
    words={
        "kind": ("first sale", "upsell", "renewal"),
        "activity_kind": ("phone", "visit", "to-do"),
        "direction": ("outgoing", "incoming"),
        "status": ("reached", "missed", "took place", "called off", "done", "open"),
        "origin": ("web", "mailing", "fair", "dealer", "word of mouth"),
    },
    stages=("Enquiry", "Needs", "Offer", "Terms", "Ordered", "Dropped"),
    headings={
        "users": {"id": "login", "name": "name", "active": "is_active"},
        "accounts": {"id": "id", "name": "company", "industry": "branch", "country": "country"},
        "products": {"id": "sku", "name": "product", "list_price": "list_price"},
        "deals": {
            "id": "id",
            "name": "title",
            "owner_id": "seller",
            "account_id": "account",
            "product_id": "sku",
            "lead_id": "enquiry",
            "kind": "type",
            "stage": "status",
            "amount": "value",
            "currency": "currency",
            "created_at": "opened_at",
            "expected_close_at": "order_expected",
            "closed_at": "closed_at",
            "modified_at": "changed_at",
        },
        "stage_entries": {
            "id": "id",
            "deal_id": "opportunity",
            "stage": "status",
            "actor_id": "by",
            "entered_at": "at",
        },
        "lines": {
            "id": "id",
            "deal_id": "opportunity",
            "product_id": "sku",
            "quantity": "pieces",
            "list_price": "list_price",
            "unit_price": "price",
            "unit_cost": "cost",
        },
        "leads": {
            "id": "id",
            "owner_id": "seller",
            "origin": "via",
            "deal_id": "opportunity",
            "created_at": "came_at",
            "assigned_at": "assigned_at",
            "modified_at": "changed_at",
        },
        "activities": {
            "id": "id",
            "kind": "type",
            "owner_id": "seller",
            "deal_id": "opportunity",
            "lead_id": "enquiry",
            "direction": "direction",
            "status": "result",
            "minutes": "minutes",
            "happened_at": "at",
            "due_at": "due",
            "completed_at": "completed",
            "logged_at": "entered_at",
        },
        "quotes": {
            "id": "id",
            "deal_id": "opportunity",
            "owner_id": "seller",
            "amount": "value",
            "currency": "currency",
            "sent_at": "sent_at",
        },
        "invoices": {
            "id": "id",
            "deal_id": "opportunity",
            "account_id": "account",
            "amount": "value",
            "currency": "currency",
            "issued_at": "issued",
            "due_at": "due",
        },
        "payments": {
            "id": "id",
            "invoice_id": "invoice",
            "amount": "value",
            "currency": "currency",
            "paid_at": "paid",
        },
    },
)

#: By system.
DIALECTS = (_CRM, _ALPINE)
EX_EMPLOYEE_ID = "U0987"
