"""The kinds of source, and what lands of each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from yardstick.extract.bitrix24_lists import GIVEN as BITRIX24_GIVEN
from yardstick.extract.bitrix24_lists import LISTS as BITRIX24_LISTS
from yardstick.extract.entities import ENTITIES
from yardstick.extract.hubspot_objects import GIVEN as HUBSPOT_GIVEN
from yardstick.extract.hubspot_objects import TABLES as HUBSPOT_TABLES
from yardstick.extract.odoo_models import GIVEN as ODOO_GIVEN
from yardstick.extract.odoo_models import MODELS as ODOO_MODELS


@dataclass(frozen=True)
class ApiKind:
    """A CRM that is asked through its API."""

    about: str
    #: All that may land of a source of it, each in a table of its own.
    landed: tuple[str, ...]
    #: Canonical entity → its fields that the CRM gives.
    given: Mapping[str, Collection[str]]


API_KINDS = {
    "odoo": ApiKind(
        about="Odoo 17 and later, by its external API.",
        landed=tuple(model.entity for model in ODOO_MODELS),
        given=ODOO_GIVEN,
    ),
    "hubspot": ApiKind(
        about="HubSpot, by the token of a private app.",
        landed=tuple(table.name for table in HUBSPOT_TABLES),
        given=HUBSPOT_GIVEN,
    ),
    "bitrix24": ApiKind(
        about="Bitrix24, by an incoming webhook.",
        landed=tuple(each.name for each in BITRIX24_LISTS),
        given=BITRIX24_GIVEN,
    ),
}

#: Kind → all that may land of a source of it, each in a table of its own.
LANDED_ENTITIES: dict[str, tuple[str, ...]] = {
    "csv": tuple(ENTITIES),
    **{name: kind.landed for name, kind in API_KINDS.items()},
}
