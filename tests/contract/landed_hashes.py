"""Holds the hash that a record landed with against the text that PostgreSQL shows of it."""

from psycopg import Connection
from xxhash import xxh3_128_digest


def hashed_otherwise(connection: Connection, table: str) -> list[str]:
    """Records of a landing table whose hash is not XXH3's over their text."""
    rows = connection.execute(f"select record::text, content_hash from {table}").fetchall()
    return [record for record, content_hash in rows if xxh3_128_digest(record.encode()) != content_hash.bytes]
