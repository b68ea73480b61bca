"""Which models of Odoo are read, what of them, and for which of the canonical entities."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from yardstick.extract.records import Landing

#: What Odoo gives: canonical entity → fields that it has of its own.
GIVEN: dict[str, tuple[str, ...]] = {
    "people": ("id", "name", "team"),
    "accounts": ("id", "name", "industry", "country"),
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
    "leads": ("id", "owner_id", "origin", "deal_id", "created_at", "assigned_at", "modified_at"),
    "activities": (
        "id",
        "kind",
        "owner_id",
        "actor_id",
        "deal_id",
        "lead_id",
        "happened_at",
        "due_at",
        "logged_at",
        "modified_at",
    ),
    "quotes": ("id", "deal_id", "owner_id", "amount", "currency", "sent_at", "modified_at"),
    "lines": ("id", "deal_id", "product_id", "quantity", "list_price", "unit_price", "modified_at"),
    "invoices": ("id", "deal_id", "account_id", "amount", "currency", "issued_at", "due_at", "modified_at"),
    "payments": ("id", "invoice_id", "amount", "currency", "paid_at", "modified_at"),
    "targets": ("id", "kpi", "node", "period", "value", "modified_at"),
}

#: Canonical entity → the model that makes it, or most of it.
MADE_OF: dict[str, str] = {
    "people": "res.users",
    "accounts": "res.partner",
    "products": "product.product",
    "deals": "crm.lead",
    "stage_entries": "mail.tracking.value",
    "leads": "crm.lead",
    "activities": "mail.message",
    "quotes": "sale.order",
    "lines": "sale.order.line",
    "invoices": "account.move",
    "payments": "account.partial.reconcile",
    "targets": "crm.team",
}

#: What is asked of a model whose fields are not named here: all that is stored, but for these. Odoo works
#: them out again and again for all records, or they say only that a record was touched.
VOLATILE = frozenset(
    {
        "write_date",
        "write_uid",
        "automated_probability",
        "day_close",
        "day_open",
        "prorated_revenue",
        "recurring_revenue_monthly_prorated",
        "recurring_revenue_prorated",
        "message_bounce",
        "access_token",
    }
)


@dataclass(frozen=True)
class OdooModel:
    """A model of Odoo: which of its records and fields land, and what they serve.

    `fields` beside the company's own (x_…); none: all that are stored. A small model is read whole each
    night, since Odoo bumps no date when what is related to its records changes. `is_kept` is False where Odoo
    itself deletes records in the course of work.
    """

    name: str
    serves: frozenset[str]
    fields: tuple[str, ...] = ()
    domain: tuple[object, ...] = ()
    is_small: bool = False
    is_kept: bool = True

    @property
    def entity(self) -> str:
        """The name of the table in which it lands."""
        return self.name.replace(".", "_")

    @property
    def is_steady(self) -> bool:
        """Whether a gate judges how much of it there is."""
        return self.is_kept and not self.is_small


def _serving(*entities: str) -> frozenset[str]:
    return frozenset(entities)


_OF_DEALS = _serving("deals", "leads", "stage_entries", "activities")
_OF_ORDERS = _serving("quotes", "lines", "invoices", "payments")
_OF_INVOICES = _serving("invoices", "payments")
_ALL = frozenset(GIVEN)
_DONE_ACTIVITY = ("mail_activity_type_id", "!=", False)
_CUSTOMER_INVOICES = ("move_type", "in", ["out_invoice", "out_refund"])
_RECEIVABLE = "account_id.account_type"

MODELS: tuple[OdooModel, ...] = (
    OdooModel(
        "res.users",
        _ALL,
        ("name", "active", "partner_id"),
        domain=(("share", "=", False),),
        is_small=True,
    ),
    OdooModel(
        "crm.team",
        _serving("people", "targets"),
        ("name", "active", "invoiced_target"),
        is_small=True,
    ),
    OdooModel("crm.team.member", _serving("people"), ("user_id", "crm_team_id", "active"), is_small=True),
    OdooModel(
        "crm.stage",
        _serving("deals", "stage_entries"),
        ("name", "sequence", "is_won"),
        is_small=True,
    ),
    OdooModel("res.company", _serving("deals"), ("name", "currency_id"), is_small=True),
    OdooModel("res.currency", _serving("deals") | _OF_ORDERS, ("name",), is_small=True),
    OdooModel("res.country", _serving("accounts"), ("code",), is_small=True),
    OdooModel("res.partner.industry", _serving("accounts"), ("name",), is_small=True),
    OdooModel("utm.source", _serving("leads"), ("name",), is_small=True),
    OdooModel(
        "res.partner",
        _serving("accounts", "deals"),
        ("name", "active", "commercial_partner_id", "industry_id", "country_id"),
    ),
    OdooModel("crm.lead", _OF_DEALS | _OF_ORDERS),
    OdooModel(
        "mail.message",
        _serving("stage_entries", "activities"),
        ("date", "model", "res_id", "author_id", "mail_activity_type_id"),
        domain=(
            ("model", "in", ["crm.lead", "sale.order"]),
            "|",
            ("tracking_value_ids", "!=", False),
            _DONE_ACTIVITY,
        ),
        is_kept=False,
    ),
    OdooModel(
        "ir.model.fields",
        _serving("stage_entries"),
        ("name", "model"),
        domain=(
            "|",
            "&",
            ("model", "=", "crm.lead"),
            ("name", "in", ["stage_id", "active"]),
            "&",
            ("model", "=", "sale.order"),
            ("name", "=", "state"),
        ),
        is_small=True,
    ),
    OdooModel(
        "mail.tracking.value",
        _serving("stage_entries"),
        ("field_id", "mail_message_id", "old_value_integer", "new_value_integer"),
        domain=(
            "|",
            "&",
            ("field_id.model", "=", "crm.lead"),
            ("field_id.name", "in", ["stage_id", "active"]),
            "&",
            ("field_id.model", "=", "sale.order"),
            ("field_id.name", "=", "state"),
        ),
        is_kept=False,
    ),
    OdooModel("mail.activity.type", _serving("activities"), ("name", "category"), is_small=True),
    OdooModel(
        "mail.activity",
        _serving("activities"),
        (
            "active",
            "res_id",
            "activity_type_id",
            "user_id",
            "create_uid",
            "create_date",
            "date_deadline",
            "date_done",
            "calendar_event_id",
        ),
        domain=(("res_model", "=", "crm.lead"),),
        is_kept=False,
    ),
    OdooModel(
        "calendar.event",
        _serving("activities"),
        (
            "active",
            "opportunity_id",
            "user_id",
            "create_uid",
            "create_date",
            "allday",
            "start",
            "start_date",
        ),
        domain=(("opportunity_id", "!=", False),),
        is_kept=False,
    ),
    OdooModel("product.product", _serving("products"), ("name", "default_code", "list_price", "active")),
    OdooModel("sale.order", _OF_ORDERS, domain=(("opportunity_id", "!=", False),)),
    OdooModel(
        "sale.order.line",
        _serving("lines", "invoices", "payments"),
        domain=(("order_id.opportunity_id", "!=", False),),
    ),
    OdooModel(
        "account.move",
        _OF_INVOICES,
        (
            "name",
            "move_type",
            "commercial_partner_id",
            "amount_total",
            "currency_id",
            "invoice_date",
            "invoice_date_due",
        ),
        domain=(_CUSTOMER_INVOICES, ("state", "=", "posted")),
    ),
    OdooModel(
        "account.move.line",
        _OF_INVOICES,
        ("move_id", "date", "sale_line_ids"),
        domain=(
            ("parent_state", "=", "posted"),
            "|",
            (_RECEIVABLE, "=", "asset_receivable"),
            "&",
            ("display_type", "=", "product"),
            ("move_id.move_type", "in", ["out_invoice", "out_refund"]),
        ),
    ),
    OdooModel(
        "account.partial.reconcile",
        _serving("payments"),
        ("debit_move_id", "credit_move_id", "debit_amount_currency", "debit_currency_id"),
        domain=((f"debit_move_id.{_RECEIVABLE}", "=", "asset_receivable"),),
        is_kept=False,
    ),
)


def models_for(entities: Collection[str]) -> tuple[OdooModel, ...]:
    """The models that the entities are made of.

    What changed when, only an administrator of Odoo may see: without stage entries nothing asks for it.
    """
    models = (model for model in MODELS if model.serves.intersection(entities))
    if "stage_entries" in entities:
        return tuple(models)
    of_activities = (("model", "=", "crm.lead"), _DONE_ACTIVITY)
    return tuple(
        replace(model, domain=of_activities) if model.name == "mail.message" else model for model in models
    )


def landings(entities: Collection[str]) -> tuple[Landing, ...]:
    """What lands for the entities."""
    return tuple(Landing(model.entity, model.is_steady) for model in models_for(entities))
