"""A log's tree, verified: the whole of it, or what was added since the last run that passed."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from obacht_clients.audit.cosigners import Cosigners
from obacht_clients.audit.report import Report
from obacht_clients.audit.seen import Seen
from obacht_clients.audit.sources import Source
from obacht_clients.errors import AuditError
from obacht_protocol import merkle
from obacht_protocol.checkpoints import Checkpoint, WitnessKey
from obacht_protocol.descriptor import KeyOffice
from obacht_protocol.errors import CheckpointError, MerkleError, NoteError
from obacht_protocol.notes import VerifyKey

Proof = Callable[[int, int], Awaitable[bytes]]
"""Gives the consistency proof between trees of two sizes, 32 bytes for each hash; ``ClientError`` if it cannot."""


@dataclass(frozen=True, slots=True)
class Log:
    """One key office's log, and how it is read.

    Attributes:
        office: Whose it is.
        source: Where it comes from.
        seen: What was seen at earlier runs.
        witnesses: The witnesses' keys that are known.
        proof: Proves that the log goes on from what was seen, so that only what is new is read; None to read the whole.
    """

    office: KeyOffice
    source: Source
    seen: Seen
    witnesses: Sequence[WitnessKey] = ()
    proof: Proof | None = None

    @property
    def key(self) -> VerifyKey:
        """The log's key."""
        return VerifyKey.parse(self.office.log)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Leaves of a log from one place to its end, verified.

    Attributes:
        note: The checkpoint's.
        begin: The place of the first one; all before it passed at an earlier run.
        leaves: Their hashes, 32 bytes each.
    """

    note: bytes
    begin: int
    leaves: Sequence[bytes]

    @property
    def end(self) -> int:
        """The place behind the last one: the size of the tree."""
        return self.begin + len(self.leaves)


async def read_tree(report: Report, log: Log) -> Stretch | None:
    """Verify a log's tree against its checkpoint, and against the one that was kept.

    Args:
        report: Told what is wrong, and from which place on the log is looked at.
        log: Which one, and how.

    Returns:
        The leaves to look at, or None if the tree is not what the checkpoint says.

    Raises:
        ClientError: The log could not be read.
    """
    key = log.key
    note = await log.source.checkpoint()
    try:
        checkpoint = Checkpoint.verify(note, key)
    except (NoteError, CheckpointError) as error:
        report.faults.append("log-form" if isinstance(error, CheckpointError) else "log-signature")
        return None
    report.size, report.root = checkpoint.size, checkpoint.root
    report.cosigners = Cosigners.of(note, key, log.witnesses)
    if report.cosigners.wrong:
        report.faults.append("log-cosignature")
    kept = log.seen.read(key)
    report.since = 0 if kept is None else kept.size
    if checkpoint.size < report.since:
        report.faults.append("log-cut")
        return None
    if kept is None or log.proof is None:
        leaves = await _whole(report, log.source, checkpoint, kept)
    else:
        leaves = await _added(report, log.source, checkpoint, kept, log.proof)
    if leaves is None:
        return None
    stretch = Stretch(note, checkpoint.size - len(leaves), leaves)
    report.stretch = (stretch.begin, stretch.end)
    return stretch


async def _whole(
    report: Report, source: Source, checkpoint: Checkpoint, kept: Checkpoint | None
) -> Sequence[bytes] | None:
    leaves = await _read(source, 0, checkpoint.size)
    if merkle.root(leaves) != checkpoint.root:
        report.faults.append("log-root")
        return None
    if kept is not None and merkle.root(leaves[: kept.size]) != kept.root:
        report.faults.append("log-rewritten")
    return leaves


async def _added(
    report: Report, source: Source, checkpoint: Checkpoint, kept: Checkpoint, proof: Proof
) -> Sequence[bytes] | None:
    old, new = kept.size, checkpoint.size
    data = await proof(old, new) if 0 < old < new else b""
    hashes = [data[place : place + merkle.HASH_LENGTH] for place in range(0, len(data), merkle.HASH_LENGTH)]
    try:
        merkle.verify_consistency(old, kept.root, new, checkpoint.root, hashes)
    except MerkleError:
        report.faults.append("log-rewritten")
        return None
    leaves = await _read(source, old, new)
    try:
        return merkle.verify_appended(old, kept.root, leaves, checkpoint.root, hashes)
    except MerkleError:
        report.faults.append("log-root")
        return None


async def _read(source: Source, begin: int, end: int) -> list[bytes]:
    """Read leaf hashes from one place to another; ``AuditError`` (``download``) if not all are there."""
    leaves: list[bytes] = []
    while begin + len(leaves) < end:
        data = await source.leaves(begin + len(leaves), end)
        count, rest = divmod(len(data), merkle.HASH_LENGTH)
        if rest or not 0 < count <= end - begin - len(leaves):
            raise AuditError("download")
        leaves += [data[place : place + merkle.HASH_LENGTH] for place in range(0, len(data), merkle.HASH_LENGTH)]
    return leaves
