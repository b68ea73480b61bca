"""What was agreed about KPIs, night by night: only what another night had otherwise is kept."""

from datetime import date
from typing import LiteralString

from psycopg import Connection

_FORGET: LiteralString = "delete from ops.agreements where as_of = %(as_of)s"

#: What is gone has no content; what was never there, and is not, has no row.
_KEEP: LiteralString = """
    with known as (
        select distinct on (subject_kind, subject_id) subject_kind, subject_id, kpi_id, content
        from ops.agreements
        where as_of < %(as_of)s
        order by subject_kind, subject_id, as_of desc
    )
    insert into ops.agreements (subject_kind, subject_id, kpi_id, as_of, content)
    select
        subject_kind, subject_id, coalesce(tonight.kpi_id, known.kpi_id), %(as_of)s, tonight.content
    from build.int_agreements as tonight
    full join known using (subject_kind, subject_id)
    where tonight.content is distinct from known.content
"""


def keep_agreements(connection: Connection, as_of: date) -> int:
    """Keep what stands otherwise tonight than on the night before; how much that is."""
    with connection.transaction():
        connection.execute(_FORGET, {"as_of": as_of})
        return connection.execute(_KEEP, {"as_of": as_of}).rowcount
