"""What a landing copies of a batch, and what it has to know of all batches for that."""

from collections.abc import Sequence
from datetime import date
from hashlib import md5
from itertools import compress

import numpy as np

from yardstick import binary_copy
from yardstick.binary_copy import Fixed, bigints, dates, instants, jsonbs, texts, uuids
from yardstick.extract.records import Batch, Reject


def content_hashes(batch: Batch) -> Fixed:
    """What PostgreSQL makes of `md5(record::text)::uuid`."""
    return uuids([md5(record, usedforsecurity=False).digest() for record in batch.records])


def version_rows(batch: Batch, hashes: Fixed, is_new: Fixed, as_of: date) -> bytes:
    """Rows (is_deleted, content_hash, as_of, source_modified_at, id, record) of the new records."""
    new = is_new.tolist()
    count = sum(new)
    return binary_copy.rows(
        np.full(count, False),
        hashes[is_new],
        dates([as_of]).repeat(count),
        instants(compress(batch.modified_at, new)),
        texts(compress(batch.ids, new)),
        jsonbs(compress(batch.records, new)),
    )


def staged_rows(batch: Batch, hashes: Fixed, is_new: Fixed) -> bytes:
    """Rows (line, content_hash, is_new, id)."""
    return binary_copy.rows(bigints(batch.lines), hashes, is_new, texts(batch.ids))


def rejected_rows(rejects: Sequence[Reject]) -> bytes:
    """Rows (line, id, rule, field, found, expected)."""
    return binary_copy.rows(
        bigints(reject.line for reject in rejects),
        texts(reject.record_id for reject in rejects),
        texts(reject.rule for reject in rejects),
        texts(reject.field for reject in rejects),
        texts(reject.found for reject in rejects),
        texts(reject.expected for reject in rejects),
    )


class KnownHashes:
    """Content hashes of records, in 16 bytes of memory each."""

    def __init__(self, hashes: bytes) -> None:
        self._sorted = np.sort(np.frombuffer(hashes, "S16"))

    def __len__(self) -> int:
        return len(self._sorted)

    def lacks(self, hashes: Fixed) -> Fixed:
        """Whether each of these is unknown."""
        if not len(self):
            return np.full(len(hashes), True)
        nearest = self._sorted.take(np.searchsorted(self._sorted, hashes), mode="clip")
        is_unknown: Fixed = nearest != hashes
        return is_unknown


class SeenIds:
    """Whether an id has been seen twice, in 8 bytes of memory for each; in doubt, it may have been."""

    def __init__(self) -> None:
        self._hashes: list[Fixed] = []

    def add(self, ids: Sequence[str]) -> None:
        """See these."""
        self._hashes.append(np.fromiter(map(hash, ids), np.int64, len(ids)))

    def may_repeat(self) -> bool:
        """False if no id has been seen twice."""
        hashes = np.sort(np.concatenate([np.empty(0, np.int64), *self._hashes]))
        return bool((hashes[1:] == hashes[:-1]).any())
