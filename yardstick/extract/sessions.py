"""Signs in to a CRM, whichever its kind; a new kind has its line in each of the two tables."""

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from yardstick.company import ApiSource
from yardstick.extract.api_client import ApiClient
from yardstick.extract.bitrix24 import Bitrix24Session
from yardstick.extract.bitrix24_mask import Bitrix24Mask
from yardstick.extract.changes import Entity
from yardstick.extract.hubspot import HubspotSession
from yardstick.extract.hubspot_mask import HubspotMask
from yardstick.extract.odoo import OdooSession
from yardstick.extract.odoo_mask import OdooMask
from yardstick.extract.recordings import Mask


class Session(Protocol):
    """A signed-in session with a CRM."""

    client: ApiClient

    @property
    def signed_in(self) -> str:
        """To which CRM, and with whose rights, in a few words: they follow on "signed in to"."""
        ...

    def entities(self) -> Iterator[Entity]:
        """What has to land of the source."""
        ...

    def warnings(self) -> list[str]:
        """What the rights of the user hide, in whole sentences."""
        ...

    def close(self) -> None:
        """End the session."""
        ...


#: Kind of source → signs in; raises UsageError or SourceError saying what is wrong.
_SIGN_IN: dict[str, Callable[[Any, ApiClient | None], Session]] = {
    "odoo": OdooSession.sign_in,
    "hubspot": HubspotSession.sign_in,
    "bitrix24": Bitrix24Session.sign_in,
}
_MASKS: dict[str, Callable[[], Mask]] = {
    "odoo": OdooMask,
    "hubspot": HubspotMask,
    "bitrix24": Bitrix24Mask,
}


def sign_in(source: ApiSource, client: ApiClient | None = None) -> Session:
    """Sign in, by a client of its own if none is given.

    Raises UsageError or SourceError saying what is wrong.
    """
    return _SIGN_IN[source.kind](source, client)


def mask_of(source: ApiSource) -> Mask:
    """What a recording of such a CRM leaves out."""
    return _MASKS[source.kind]()
