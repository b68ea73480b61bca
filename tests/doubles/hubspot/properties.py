"""The properties of HubSpot's types that the double knows: name → kind, and whether HubSpot made it."""

from typing import NamedTuple


class Property(NamedTuple):
    """A property as HubSpot describes it."""

    type: str
    is_of_hubspot: bool = True


TEXT, NUMBER, TIME, CHOICE = (Property(kind) for kind in ("string", "number", "datetime", "enumeration"))
#: Made for the company.
OWN_TEXT, OWN_NUMBER = Property("string", False), Property("number", False)
_EVERY = {
    "hs_object_id": NUMBER,
    "hs_merged_object_ids": CHOICE,
    "hs_updated_by_user_id": NUMBER,
    "hubspot_owner_id": CHOICE,
}
_MODERN = _EVERY | {"hs_createdate": TIME, "hs_lastmodifieddate": TIME, "hs_created_by_user_id": NUMBER}
_CLASSIC = _EVERY | {"createdate": TIME, "hs_lastmodifieddate": TIME}
_ACTIVITY = _MODERN | {"hs_timestamp": TIME}

PROPERTIES: dict[str, dict[str, Property]] = {
    "companies": _CLASSIC | {"name": TEXT, "industry": CHOICE, "country": TEXT, "domain": TEXT},
    "contacts": _EVERY
    | {
        "createdate": TIME,
        "lastmodifieddate": TIME,
        "firstname": TEXT,
        "email": TEXT,
        "hs_analytics_source": CHOICE,
    },
    "products": _CLASSIC | {"name": TEXT, "price": NUMBER, "hs_sku": TEXT},
    "deals": _CLASSIC
    | {
        "dealname": TEXT,
        "pipeline": CHOICE,
        "dealstage": CHOICE,
        "amount": NUMBER,
        "deal_currency_code": CHOICE,
        "dealtype": CHOICE,
        "closedate": TIME,
        "hs_num_associated_deal_splits": NUMBER,
        "days_to_close": NUMBER,
        "notes_last_updated": TIME,
    },
    "leads": _MODERN
    | {
        "hs_lead_name": TEXT,
        "hs_lead_type": CHOICE,
        "hs_lead_source": CHOICE,
        "hs_pipeline": CHOICE,
        "hs_pipeline_stage": CHOICE,
        "hubspot_owner_assigneddate": TIME,
    },
    "line_items": _MODERN
    | {
        "name": TEXT,
        "hs_product_id": NUMBER,
        "quantity": NUMBER,
        "price": NUMBER,
        "amount": NUMBER,
        "discount": NUMBER,
        "hs_discount_percentage": NUMBER,
        "hs_cost_of_goods_sold": NUMBER,
    },
    "calls": _ACTIVITY
    | {
        "hs_call_title": TEXT,
        "hs_call_direction": CHOICE,
        "hs_call_status": CHOICE,
        "hs_call_duration": NUMBER,
    },
    "meetings": _ACTIVITY
    | {
        "hs_meeting_title": TEXT,
        "hs_meeting_outcome": CHOICE,
        "hs_meeting_start_time": TIME,
        "hs_meeting_end_time": TIME,
    },
    "tasks": _ACTIVITY
    | {
        "hs_task_subject": TEXT,
        "hs_task_status": CHOICE,
        "hs_task_type": CHOICE,
        "hs_task_completion_date": TIME,
    },
    "emails": _ACTIVITY | {"hs_email_subject": TEXT, "hs_email_direction": CHOICE, "hs_email_status": CHOICE},
    "goal_targets": _MODERN
    | {
        "hs_goal_name": TEXT,
        "hs_target_amount": NUMBER,
        "hs_start_datetime": TIME,
        "hs_end_datetime": TIME,
        "hs_assignee_user_id": NUMBER,
        "hs_assignee_team_id": NUMBER,
    },
}
