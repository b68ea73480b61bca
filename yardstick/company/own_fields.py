"""What a CRM gives with the fields that company.yml names of this one."""

from collections.abc import Collection, Iterator, Mapping

from yardstick.extract.entities import given_fields
from yardstick.reading.strict import Strict


def given_by_crm(given: Mapping[str, Collection[str]], own_fields: Strict) -> Iterator[tuple[str, str]]:
    """Entity and field of all that it gives: `given` by any of its kind, and `own_fields` that are named."""
    for entity, fields in given.items():
        own = getattr(own_fields, entity, None)
        mapped = {field for field, name in own or () if name is not None}
        for field in sorted(given_fields(entity, {*fields, *mapped})):
            yield entity, field
