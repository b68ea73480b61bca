"""What may be wrong with Metabase, or with how it is asked."""

from yardstick.errors import YardstickError


class MetabaseError(YardstickError):
    """Metabase did not do as asked; the next push goes on from where this one ended."""


class MissingError(MetabaseError):
    """What was asked for is not there."""


class StaleError(MetabaseError):
    """Somebody else changed the permissions since they were read."""
