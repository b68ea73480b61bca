"""What is read of HubSpot, which of its properties, and for which of the canonical entities."""

from collections.abc import Collection
from dataclasses import dataclass

from yardstick.extract.records import Landing

#: What HubSpot gives: canonical entity → fields that it has of its own.
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
    "deal_splits": ("id", "deal_id", "owner_id", "share"),
    "stage_entries": ("id", "deal_id", "stage", "actor_id", "entered_at", "modified_at"),
    "leads": ("id", "owner_id", "origin", "deal_id", "created_at", "assigned_at", "modified_at"),
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
    "lines": (
        "id",
        "deal_id",
        "product_id",
        "quantity",
        "list_price",
        "unit_price",
        "unit_cost",
        "modified_at",
    ),
    "targets": ("id", "kpi", "node", "owner_id", "period", "value", "currency", "modified_at"),
}

#: Canonical entity → the field that it has only if another entity is taken, too → that entity.
GIVEN_WITH: dict[str, dict[str, str]] = {"deals": {"lead_id": "leads"}, "activities": {"lead_id": "leads"}}

#: Canonical entity → the table that makes it, or most of it.
MADE_OF: dict[str, str] = {
    "people": "owners",
    "accounts": "companies",
    "products": "products",
    "deals": "deals",
    "deal_splits": "deal_splits",
    "stage_entries": "deals",
    "leads": "leads",
    "activities": "calls",
    "lines": "line_items",
    "targets": "goal_targets",
}


@dataclass(frozen=True)
class HubspotTable:
    """What of HubSpot lands in a table of its own: which entities it serves, and the scope it needs.

    It is read if any of the entities that it serves is taken, and `only_with`, if it names one.
    """

    name: str
    serves: frozenset[str]
    scope: str
    only_with: str | None = None

    @property
    def is_small(self) -> bool:
        """Whether it is read whole each night."""
        return True

    @property
    def is_steady(self) -> bool:
        """Whether a gate judges how much of it there is."""
        return False


@dataclass(frozen=True)
class HubspotList(HubspotTable):
    """What HubSpot answers in a few pages: the account, owners, pipelines."""


@dataclass(frozen=True)
class HubspotObject(HubspotTable):
    """A type of record: the properties asked for beside the account's own, and those with their history.

    Its modified time moves when a property changes, so only what changed is read. `is_kept` is False where an
    account may well have none.
    """

    properties: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    is_kept: bool = True
    #: The type's name in addresses of records.
    path: str = ""

    @property
    def is_small(self) -> bool:
        """See HubspotTable."""
        return False

    @property
    def is_steady(self) -> bool:
        """See HubspotTable."""
        return self.is_kept


@dataclass(frozen=True)
class HubspotLinks(HubspotTable):
    """Which records of one type belong to which of another.

    Read whole each night: linking records moves the modified time of neither.
    """

    origin: str = ""
    target: str = ""


@dataclass(frozen=True)
class HubspotLinked(HubspotTable):
    """Records of which only those matter that others are linked to."""

    links: str = ""
    properties: tuple[str, ...] = ()


@dataclass(frozen=True)
class HubspotSplits(HubspotTable):
    """Who shares deals: HubSpot has no list of that, and answers for named deals only."""


def _serving(*entities: str) -> frozenset[str]:
    return frozenset(entities)


_DEALS = "crm.objects.deals.read"
_LEADS = "crm.objects.leads.read"
_CONTACTS = "crm.objects.contacts.read"
_EMAILS = "sales-email-read"
_LINES = "crm.objects.line_items.read"
_OF_ACTIVITIES = ("hs_timestamp", "hs_createdate", "hubspot_owner_id", "hs_created_by_user_id")


def _activity(name: str, scope: str, *properties: str) -> tuple[HubspotTable, ...]:
    """A type of activity, of which there may be none, and what it belongs to."""
    serves = _serving("activities")
    return (
        HubspotObject(name, serves, scope, properties=(*_OF_ACTIVITIES, *properties), is_kept=False),
        HubspotLinks(f"{name}_deals", serves, scope, origin=name, target="deals"),
        HubspotLinks(f"{name}_leads", serves, scope, only_with="leads", origin=name, target="leads"),
    )


#: Links come behind the records that they begin at, and linked records behind the links.
TABLES: tuple[HubspotTable, ...] = (
    HubspotList("account", _serving("deals", "targets"), ""),
    HubspotList("owners", frozenset(GIVEN), "crm.objects.owners.read"),
    HubspotList("deal_stages", _serving("deals", "stage_entries"), _DEALS),
    HubspotObject(
        "companies",
        _serving("accounts"),
        "crm.objects.companies.read",
        properties=("name", "industry", "country", "createdate"),
    ),
    HubspotObject(
        "products",
        _serving("products"),
        "crm.objects.products.read",
        properties=("name", "price", "hs_sku", "createdate"),
    ),
    HubspotObject(
        "deals",
        _serving("deals", "deal_splits", "stage_entries"),
        _DEALS,
        properties=(
            "dealname",
            "hubspot_owner_id",
            "pipeline",
            "dealstage",
            "amount",
            "deal_currency_code",
            "dealtype",
            "closedate",
            "createdate",
        ),
        history=("dealstage",),
        path="0-3",
    ),
    HubspotLinks("deals_companies", _serving("deals"), _DEALS, origin="deals", target="companies"),
    HubspotSplits("deal_splits", _serving("deal_splits"), "crm.dealsplits.read_write"),
    HubspotObject(
        "leads",
        _serving("leads"),
        _LEADS,
        properties=(
            "hs_lead_type",
            "hs_lead_source",
            "hs_pipeline",
            "hs_pipeline_stage",
            "hubspot_owner_id",
            "hubspot_owner_assigneddate",
            "hs_createdate",
        ),
    ),
    # From the lead's side: from the deal's, HubSpot does not always answer.
    HubspotLinks("leads_deals", _serving("leads"), _LEADS, origin="leads", target="deals"),
    HubspotLinks("leads_contacts", _serving("leads"), _LEADS, origin="leads", target="contacts"),
    HubspotLinked(
        "contacts",
        _serving("leads"),
        _CONTACTS,
        links="leads_contacts",
        properties=("hs_analytics_source",),
    ),
    HubspotObject(
        "line_items",
        _serving("lines"),
        _LINES,
        properties=(
            "hs_product_id",
            "quantity",
            "price",
            "amount",
            "discount",
            "hs_discount_percentage",
            "hs_cost_of_goods_sold",
            "hs_createdate",
        ),
    ),
    HubspotLinks("line_items_deals", _serving("lines"), _LINES, origin="line_items", target="deals"),
    *_activity("calls", _CONTACTS, "hs_call_direction", "hs_call_status", "hs_call_duration"),
    *_activity("meetings", _CONTACTS, "hs_meeting_outcome", "hs_meeting_start_time", "hs_meeting_end_time"),
    *_activity("tasks", _CONTACTS, "hs_task_status", "hs_task_type", "hs_task_completion_date"),
    *_activity("emails", _EMAILS, "hs_email_direction", "hs_email_status"),
    HubspotObject(
        "goal_targets",
        _serving("targets"),
        "crm.objects.goals.read",
        properties=(
            "hs_goal_name",
            "hs_target_amount",
            "hs_start_datetime",
            "hs_end_datetime",
            "hs_assignee_user_id",
            "hs_assignee_team_id",
        ),
        is_kept=False,
    ),
)


def tables_for(entities: Collection[str]) -> tuple[HubspotTable, ...]:
    """The tables that the entities are made of."""
    return tuple(
        table
        for table in TABLES
        if table.serves.intersection(entities) and (table.only_with is None or table.only_with in entities)
    )


def landings(entities: Collection[str]) -> tuple[Landing, ...]:
    """What lands for the entities."""
    return tuple(Landing(table.name, table.is_steady) for table in tables_for(entities))


def given_of(entity: str, entities: Collection[str]) -> tuple[str, ...]:
    """The fields of an entity that HubSpot gives if these entities are taken."""
    needed = GIVEN_WITH.get(entity, {})
    return tuple(field for field in GIVEN[entity] if needed.get(field, entity) in entities)
