"""The fields of Odoo's models that the double knows: name → type, relation, whether stored."""

from typing import NamedTuple


class Field(NamedTuple):
    """A field as fields_get describes it."""

    type: str
    relation: str | None = None
    is_stored: bool = True


def _many(relation: str) -> Field:
    return Field("many2one", relation)


CHAR, TEXT, HTML, DATE, TIME = (Field(kind) for kind in ("char", "text", "html", "date", "datetime"))
FLOAT, MONEY, INTEGER, BOOLEAN, CHOICE = (
    Field(kind) for kind in ("float", "monetary", "integer", "boolean", "selection")
)
_EVERY = {
    "id": INTEGER,
    "display_name": Field("char", is_stored=False),
    "create_uid": _many("res.users"),
    "create_date": TIME,
    "write_uid": _many("res.users"),
    "write_date": TIME,
}

LEAD = _EVERY | {
    "name": CHAR,
    "type": CHOICE,
    "active": BOOLEAN,
    "user_id": _many("res.users"),
    "team_id": _many("crm.team"),
    "company_id": _many("res.company"),
    "partner_id": _many("res.partner"),
    "stage_id": _many("crm.stage"),
    "source_id": _many("utm.source"),
    "expected_revenue": MONEY,
    "prorated_revenue": MONEY,
    "probability": FLOAT,
    "automated_probability": FLOAT,
    "lost_reason_id": _many("crm.lost.reason"),
    "date_open": TIME,
    "date_closed": TIME,
    "date_conversion": TIME,
    "date_deadline": DATE,
    "description": HTML,
    "tag_ids": Field("many2many", "crm.tag"),
    "lead_properties": Field("properties"),
    "duration_tracking": Field("json", is_stored=False),
    "activity_ids": Field("one2many", "mail.activity"),
    "company_currency": Field("many2one", "res.currency", is_stored=False),
}
#: Of crm.lead, what came with which version.
LEAD_SINCE = {19: {"won_status": CHOICE}}

MODELS: dict[str, dict[str, Field]] = {
    "res.users": _EVERY
    | {
        "name": Field("char", is_stored=False),
        "login": CHAR,
        "active": BOOLEAN,
        "share": BOOLEAN,
        "partner_id": _many("res.partner"),
    },
    "res.partner": _EVERY
    | {
        "name": CHAR,
        "active": BOOLEAN,
        "email": CHAR,
        "commercial_partner_id": _many("res.partner"),
        "industry_id": _many("res.partner.industry"),
        "country_id": _many("res.country"),
        "image_1920": Field("binary"),
    },
    "res.partner.industry": _EVERY | {"name": CHAR, "active": BOOLEAN},
    "res.country": _EVERY | {"name": CHAR, "code": CHAR},
    "res.company": _EVERY | {"name": CHAR, "currency_id": _many("res.currency")},
    "res.currency": _EVERY | {"name": CHAR, "active": BOOLEAN},
    "utm.source": _EVERY | {"name": CHAR},
    "crm.team": _EVERY
    | {"name": CHAR, "active": BOOLEAN, "user_id": _many("res.users"), "invoiced_target": FLOAT},
    "crm.team.member": _EVERY
    | {"user_id": _many("res.users"), "crm_team_id": _many("crm.team"), "active": BOOLEAN},
    "crm.stage": _EVERY
    | {"name": CHAR, "sequence": INTEGER, "is_won": BOOLEAN, "team_id": _many("crm.team")},
    "crm.lead": LEAD,
    "ir.model.fields": _EVERY | {"name": CHAR, "model": CHAR},
    "mail.message": _EVERY
    | {
        "date": TIME,
        "model": CHAR,
        "res_id": Field("many2one_reference"),
        "author_id": _many("res.partner"),
        "body": HTML,
        "mail_activity_type_id": _many("mail.activity.type"),
        "tracking_value_ids": Field("one2many", "mail.tracking.value"),
    },
    "mail.tracking.value": _EVERY
    | {
        "field_id": _many("ir.model.fields"),
        "mail_message_id": _many("mail.message"),
        "old_value_integer": INTEGER,
        "new_value_integer": INTEGER,
        "old_value_char": CHAR,
        "new_value_char": CHAR,
    },
    "mail.activity.type": _EVERY | {"name": CHAR, "category": CHOICE, "active": BOOLEAN},
    "mail.activity": _EVERY
    | {
        "active": BOOLEAN,
        "res_model": CHAR,
        "res_id": Field("many2one_reference"),
        "activity_type_id": _many("mail.activity.type"),
        "user_id": _many("res.users"),
        "date_deadline": DATE,
        "date_done": DATE,
        "calendar_event_id": _many("calendar.event"),
        "note": HTML,
    },
    "calendar.event": _EVERY
    | {
        "name": CHAR,
        "active": BOOLEAN,
        "opportunity_id": _many("crm.lead"),
        "user_id": _many("res.users"),
        "allday": BOOLEAN,
        "start": TIME,
        "start_date": DATE,
        "duration": FLOAT,
    },
    "product.product": _EVERY
    | {
        "name": Field("char", is_stored=False),
        "default_code": CHAR,
        "list_price": Field("float", is_stored=False),
        "active": BOOLEAN,
    },
    "sale.order": _EVERY
    | {
        "name": CHAR,
        "state": CHOICE,
        "opportunity_id": _many("crm.lead"),
        "user_id": _many("res.users"),
        "partner_id": _many("res.partner"),
        "currency_id": _many("res.currency"),
        "date_order": TIME,
        "amount_untaxed": MONEY,
        "amount_total": MONEY,
    },
    "sale.order.line": _EVERY
    | {
        "order_id": _many("sale.order"),
        "product_id": _many("product.product"),
        "display_type": CHOICE,
        "is_downpayment": BOOLEAN,
        "product_uom_qty": FLOAT,
        "price_unit": FLOAT,
        "discount": FLOAT,
        "price_subtotal": MONEY,
        "purchase_price": FLOAT,
    },
    "account.move": _EVERY
    | {
        "name": CHAR,
        "move_type": CHOICE,
        "state": CHOICE,
        "commercial_partner_id": _many("res.partner"),
        "amount_total": MONEY,
        "currency_id": _many("res.currency"),
        "invoice_date": DATE,
        "invoice_date_due": DATE,
    },
    "account.account": _EVERY | {"code": CHAR, "account_type": CHOICE},
    "account.move.line": _EVERY
    | {
        "move_id": _many("account.move"),
        "account_id": _many("account.account"),
        "parent_state": CHOICE,
        "display_type": CHOICE,
        "date": DATE,
        "sale_line_ids": Field("many2many", "sale.order.line"),
    },
    "account.partial.reconcile": _EVERY
    | {
        "debit_move_id": _many("account.move.line"),
        "credit_move_id": _many("account.move.line"),
        "debit_amount_currency": MONEY,
        "debit_currency_id": _many("res.currency"),
    },
}
