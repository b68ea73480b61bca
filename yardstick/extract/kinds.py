"""The kinds of source, and what lands of each."""

from yardstick.extract.entities import ENTITIES
from yardstick.extract.odoo_models import MODELS as ODOO_MODELS

#: Kind → all that may land of a source of it, each in a table of its own.
LANDED_ENTITIES: dict[str, tuple[str, ...]] = {
    "csv": tuple(ENTITIES),
    "odoo": tuple(model.entity for model in ODOO_MODELS),
}
