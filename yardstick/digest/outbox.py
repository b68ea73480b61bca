"""What was sent to whom: a message is noted before it leaves, so that no one gets it twice."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from psycopg import Connection

from yardstick.landing.ops_tables import create_missing

Occasion = Literal["published", "held"]
Way = Literal["email", "webhook"]

MESSAGES = """
create table ops.messages (
    as_of date not null,
    occasion text not null check (occasion in ('published', 'held')),
    recipient text not null,
    way text not null check (way in ('email', 'webhook')),
    state text not null check (state in ('sending', 'sent', 'refused')),
    detail text,
    run_id text,
    noted_at timestamptz not null default now(),
    primary key (as_of, occasion, recipient, way)
);
comment on table ops.messages is 'Each message to a person about a night, by each way that it goes.';
comment on column ops.messages.state is
    'sending: it left, or was about to, and whether it arrived nobody knows, so it is not sent again; '
    'sent; refused: it did not leave and is tried again';
"""

_CLAIM = """
insert into ops.messages (as_of, occasion, recipient, way, state, run_id)
values (%s, %s, %s, %s, 'sending', %s)
on conflict (as_of, occasion, recipient, way) do update
    set state = 'sending', detail = null, run_id = excluded.run_id, noted_at = now()
    where messages.state = 'refused'
"""
_NOTE = """
update ops.messages set state = %s, detail = %s, noted_at = now()
where (as_of, occasion, recipient, way) = (%s, %s, %s, %s)
"""


@dataclass(frozen=True)
class Outbox:
    """The messages about one night, on one occasion. The session must commit each statement by itself."""

    connection: Connection
    as_of: date
    occasion: Occasion
    run_id: str | None

    def claim(self, recipient: str, way: Way) -> bool:
        """Note that the message leaves now; false if it did before, or may have."""
        values = [self.as_of, self.occasion, recipient, way, self.run_id]
        return self.connection.execute(_CLAIM, values).rowcount == 1

    def note(self, recipient: str, way: Way, state: str, detail: str | None = None) -> None:
        """Note what became of it."""
        self.connection.execute(_NOTE, [state, detail, self.as_of, self.occasion, recipient, way])


def ensure_outbox(connection: Connection) -> None:
    """Create ops.messages unless it is there."""
    create_missing(connection, {"ops.messages": MESSAGES})
