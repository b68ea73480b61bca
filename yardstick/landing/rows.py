"""What a landing copies of a batch, and what it has to know of all batches for that."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress

import numpy as np
from xxhash import xxh3_128_digest

from yardstick.extract.records import Batch, Reject
from yardstick.landing import binary_copy
from yardstick.landing.binary_copy import Fixed, Jsonbs, bigints, dates, instants, texts, uuids


def content_hashes(batch: Batch) -> Fixed:
    """XXH3's 128 bits over the JSON of each record, spelled as PostgreSQL spells jsonb."""
    return uuids(map(xxh3_128_digest, batch.records))


def version_rows(batch: Batch, hashes: Fixed, is_new: Fixed, as_of: date) -> Iterator[bytes]:
    """Rows (is_deleted, content_hash, as_of, source_modified_at, id, record) of the new records."""
    new = is_new.tolist()
    ids = texts(compress(batch.ids, new))
    return binary_copy.rows(
        np.full(len(ids), False),
        hashes[is_new],
        dates([as_of]).repeat(len(ids)),
        instants(compress(batch.modified_at, new)),
        ids,
        Jsonbs(list(compress(batch.records, new))),
    )


@dataclass(frozen=True)
class Came:
    """What is kept of a batch until it is staged: line, hash, whether it is new, and id of each record."""

    lines: Sequence[int]
    hashes: Fixed
    is_new: Fixed
    ids: Sequence[str]

    def rows(self) -> Iterator[bytes]:
        """Rows (line, content_hash, is_new, id)."""
        return binary_copy.rows(bigints(self.lines), self.hashes, self.is_new, texts(self.ids))

    def only(self, chosen: Fixed) -> "Came":
        """The chosen of the records."""
        is_chosen = chosen.tolist()
        return Came(
            list(compress(self.lines, is_chosen)),
            self.hashes[chosen],
            self.is_new[chosen],
            list(compress(self.ids, is_chosen)),
        )


def rejected_rows(
    rejects: Sequence[Reject], as_of: date, *, run_id: str, source: str, entity: str, file: str
) -> Iterator[bytes]:
    """Rows (run_id, source, entity, as_of, file, line, record_id, rule, field, found, expected)."""
    return binary_copy.rows(
        *(texts([name] * len(rejects)) for name in (run_id, source, entity)),
        dates([as_of]).repeat(len(rejects)),
        texts([file] * len(rejects)),
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
        halves = _halves(np.frombuffer(hashes, "S16"))
        self._first, self._second = halves[np.argsort(halves[:, 0])].T.copy()

    def __len__(self) -> int:
        return len(self._first)

    def lacks(self, hashes: Fixed) -> Fixed:
        """Whether each of these is unknown."""
        if not len(self):
            return np.full(len(hashes), True)
        first, second = _halves(hashes).T
        place = np.minimum(np.searchsorted(self._first, first), len(self) - 1)
        has_first = self._first[place] == first
        is_unknown: Fixed = ~has_first | (self._second[place] != second)
        for doubtful in np.flatnonzero(has_first & is_unknown):  # known ones may share a first half
            is_unknown[doubtful] = second[doubtful] not in self._second[self._first == first[doubtful]]
        return is_unknown


def _halves(hashes: Fixed) -> Fixed:
    """The 16 bytes of each as two numbers, which are found sooner than bytes are."""
    return hashes.view(np.uint64).reshape(-1, 2)


class SeenIds:
    """Which ids have been seen twice, in 8 bytes of memory for each; in doubt, one may have been."""

    def __init__(self) -> None:
        self._hashes: list[Fixed] = []

    def add(self, ids: Sequence[str]) -> None:
        """See these."""
        self._hashes.append(np.fromiter(map(hash, ids), np.int64, len(ids)))

    def may_repeat(self) -> list[Fixed]:
        """Whether each of the ids may have been seen twice, in the batches in which they were added."""
        hashes = np.sort(np.concatenate([np.empty(0, np.int64), *self._hashes]))
        repeated = np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
        return [np.isin(batch, repeated) for batch in self._hashes]
