"""The register: rows sorted by tag, hidden among filler, in 2^b buckets of one size, under one Merkle root."""

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from obacht_protocol import merkle
from obacht_protocol.encoding import u32
from obacht_protocol.errors import MerkleError, RegisterError
from obacht_protocol.rows import ROW_LENGTH, TAG_LENGTH

MIN_ROWS: Final = 1024
MAX_BUCKET_ROWS: Final = 131_072
MAX_BITS: Final = 12
SEED_LENGTH: Final = 32


@dataclass(frozen=True, slots=True)
class Register:
    """A whole register, as its publisher holds it.

    Attributes:
        bits: b; bucket i holds the rows whose tags begin with the b bits of i.
        bucket_rows: Rows in each bucket, filler included.
        buckets: 2^b buckets of ``128 * bucket_rows`` bytes.
        root: RFC 6962 root over the buckets, 32 bytes.
    """

    bits: int
    bucket_rows: int
    buckets: tuple[bytes, ...]
    root: bytes

    def proof(self, index: int) -> list[bytes]:
        """Prove bucket ``index``: b hashes of 32 bytes, from the leaf upwards."""
        return merkle.inclusion_proof([merkle.leaf_hash(bucket) for bucket in self.buckets], index)


def filler_row(seed: bytes, number: int, bits: int = 0, bucket: int = 0) -> bytes:
    """Make filler row ``number`` of a publication, 128 bytes that look like any row to those without the seed.

    SHAKE-256(seed || u32 number); its first ``bits`` bits are then set to those of ``bucket``, where it has to stand.

    Args:
        seed: 32 random bytes of the publication, which the office keeps and hands to the auditor on demand.
        number: Counts filler rows from 0, through all buckets.
        bits: b of the register.
        bucket: The bucket that the row fills.
    """
    row = hashlib.shake_256(seed + u32(number)).digest(ROW_LENGTH)
    if not bits:
        return row
    first = int.from_bytes(row[:4], "big") & ((1 << (32 - bits)) - 1) | bucket << (32 - bits)
    return u32(first) + row[4:]


def build(rows: Iterable[bytes], seed: bytes, progress: Callable[[int], None] = lambda _: None) -> Register:
    """Sort ``rows``, add filler up to the next power of two (at least 1,024 in all), and compute the root.

    Args:
        rows: The real rows, 128 bytes each, in any order.
        seed: Of the filler, 32 bytes.
        progress: Told after each bucket how many are done.

    Raises:
        RegisterError: Two rows have one tag, a row has another length, or there are more rows than 2^12 buckets hold.
    """
    real = sorted(rows)
    if any(len(row) != ROW_LENGTH for row in real) or len(seed) != SEED_LENGTH:
        raise RegisterError("a row has 128 bytes and a seed 32")
    bits, parts = _divide(real)
    bucket_rows = max(_power_of_two(max(map(len, parts))), MIN_ROWS >> bits)
    buckets, number = [], 0
    for index, part in enumerate(parts):
        missing = bucket_rows - len(part)
        filler = [filler_row(seed, number + j, bits, index) for j in range(missing)]
        number += missing
        buckets.append(_joined(sorted([*part, *filler])))
        progress(index + 1)
    root = merkle.root([merkle.leaf_hash(bucket) for bucket in buckets])
    return Register(bits=bits, bucket_rows=bucket_rows, buckets=tuple(buckets), root=root)


def check_bucket(
    bucket: bytes, *, index: int, bits: int, bucket_rows: int, proof: Sequence[bytes], root: bytes
) -> bytes:
    """Check that ``bucket`` is bucket ``index`` of the register with this root: length, order, place and proof.

    Returns:
        The bucket.

    Raises:
        RegisterError: It is not.
    """
    if len(bucket) != bucket_rows * ROW_LENGTH:
        raise RegisterError("a bucket has another length than the head says")
    try:
        merkle.verify_inclusion(merkle.leaf_hash(bucket), index, 1 << bits, proof, root)
    except MerkleError as error:
        raise RegisterError("a bucket is not the one that the head promises") from error
    check_order(bucket, index=index, bits=bits)
    return bucket


def check_order(bucket: bytes, *, index: int, bits: int) -> None:
    """Check that tags rise strictly and begin with the bits of ``index``; ``RegisterError`` if they do not."""
    previous = b""
    for tag in _tags(bucket):
        if tag <= previous:
            raise RegisterError("rows are not sorted by tag, or two have the same")
        previous = tag
    if bucket_of(bucket[:TAG_LENGTH], bits) != index or bucket_of(previous, bits) != index:
        raise RegisterError("a row stands in a bucket to which it does not belong")


def bucket_of(tag: bytes, bits: int) -> int:
    """Tell which of 2^``bits`` buckets a tag belongs to: its first ``bits`` bits."""
    return int.from_bytes(tag[:4], "big") >> (32 - bits)


def find(buckets: Sequence[bytes | memoryview], bits: int, tag: bytes) -> bytes | None:
    """Find the row with ``tag`` (32 bytes) by bisection; None if there is none."""
    bucket = buckets[bucket_of(tag, bits)]
    place = bisect_left(_Tags(bucket), tag)
    row = bytes(bucket[place * ROW_LENGTH : (place + 1) * ROW_LENGTH])
    return row if row[:TAG_LENGTH] == tag else None


class _Tags(Sequence[bytes]):
    """The tags of a bucket as a sequence that ``bisect`` can walk, without making a list of them."""

    def __init__(self, bucket: bytes | memoryview) -> None:
        self._bucket = bucket

    def __len__(self) -> int:
        return len(self._bucket) // ROW_LENGTH

    def __getitem__(self, place: int) -> bytes:  # type: ignore[override]  # bisect asks for one item, never a slice
        return bytes(self._bucket[place * ROW_LENGTH : place * ROW_LENGTH + TAG_LENGTH])


def _tags(bucket: bytes) -> Iterator[bytes]:
    for place in range(0, len(bucket), ROW_LENGTH):
        yield bucket[place : place + TAG_LENGTH]


def _divide(rows: list[bytes]) -> tuple[int, list[list[bytes]]]:
    for bits in range(MAX_BITS + 1):
        parts: list[list[bytes]] = [[] for _ in range(1 << bits)]
        for row in rows:
            parts[bucket_of(row, bits)].append(row)
        if max(map(len, parts)) <= MAX_BUCKET_ROWS:
            return bits, parts
    raise RegisterError("there are more rows than the register can hold")


def _power_of_two(count: int) -> int:
    return 1 << max(count - 1, 0).bit_length()


def _joined(rows: list[bytes]) -> bytes:
    bucket = b"".join(rows)
    previous = b""
    for tag in _tags(bucket):
        if tag == previous:
            raise RegisterError("two rows have one tag")
        previous = tag
    return bucket
