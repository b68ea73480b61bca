"""What a landing has to know of all rows: contents that were known before, ids that came twice."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from yardstick.landing.binary_copy import uuids
from yardstick.landing.rows import KnownHashes, SeenIds

#: Few halves, so that hashes share them.
halves = st.sampled_from([bytes(8), b"\1" + bytes(7), bytes(7) + b"\1", b"\xff" * 8, b"a half 8"])
hashes = st.tuples(halves, halves).map(b"".join) | st.binary(min_size=16, max_size=16)


@given(known=st.sets(hashes), came=st.lists(hashes))
def test_a_content_is_new_unless_its_hash_was_known(known: set[bytes], came: list[bytes]) -> None:
    asked = [*came, *known]
    unknown = KnownHashes(b"".join(known)).lacks(uuids(asked))
    assert unknown.tolist() == [each not in known for each in asked]


def test_a_hash_that_ends_in_zeros_is_known_again() -> None:
    ends_in_zeros = b"\1" + bytes(15)
    assert KnownHashes(ends_in_zeros).lacks(uuids([ends_in_zeros, bytes(16)])).tolist() == [False, True]


def test_an_id_that_comes_twice_is_found_in_every_batch_that_has_it() -> None:
    seen = SeenIds()
    for batch in (["a", "b"], ["c"], ["d", "a", "d"]):
        seen.add(batch)
    assert [batch.tolist() for batch in seen.may_repeat()] == [[True, False], [False], [True, True, True]]


def test_ids_that_come_once_do_not_repeat() -> None:
    seen = SeenIds()
    for batch in (["a", "b"], [], ["c"]):
        seen.add(batch)
    assert not np.concatenate(seen.may_repeat()).any()
