"""The run over one key office's log: the tree first, then every entry; if all of it passed, that is remembered."""

import asyncio
import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from obacht_clients.audit.report import Report
from obacht_clients.audit.sources import Source
from obacht_clients.audit.verifying import Setting, Verdict, verify
from obacht_clients.audit.workers import Workers
from obacht_clients.errors import AuditError
from obacht_clients.home import make_folder
from obacht_protocol import merkle, notes
from obacht_protocol.checkpoints import Checkpoint
from obacht_protocol.descriptor import KeyOffice
from obacht_protocol.errors import CheckpointError, NoteError
from obacht_protocol.notes import VerifyKey

FOLDER: Final = "checkpoints"
Progress = Callable[[int, int], object]
"""Takes how many entries are done, and how many there are."""
Item = tuple[int, bytes, bytes]
"""Number, leaf hash, salt and details of an entry."""

_Facts = TypeVar("_Facts")
_Found = TypeVar("_Found")


class Seen:
    """The last checkpoint of every log whose run passed, in the auditor's folder."""

    def __init__(self, home: Path) -> None:
        """Look at nothing yet."""
        self._folder = home / FOLDER

    def read(self, key: VerifyKey) -> Checkpoint | None:
        """Give the log's last one, or None; ``AuditError`` (``download``) if it is damaged."""
        try:
            return Checkpoint.verify(self._file(key).read_bytes(), key)
        except FileNotFoundError:
            return None
        except (OSError, NoteError, CheckpointError) as error:
            raise AuditError("download") from error

    def keep(self, key: VerifyKey, note: bytes) -> None:
        """Keep a checkpoint's note in the place of the one before; ``AuditError`` or ``HomeError`` if that fails."""
        make_folder(self._folder)
        file = self._file(key)
        draft = file.with_suffix(f".{os.urandom(4).hex()}")
        try:
            draft.write_bytes(note)
            draft.replace(file)
        except OSError as error:
            raise AuditError("download") from error

    def _file(self, key: VerifyKey) -> Path:
        return self._folder / f"{hashlib.sha256(str(key).encode()).hexdigest()[:32]}.note"


@dataclass(frozen=True, slots=True)
class Tree:
    """A log's tree, verified.

    Attributes:
        note: Its checkpoint's.
        checkpoint: What that says.
        leaves: All leaf hashes, 32 bytes each.
    """

    note: bytes
    checkpoint: Checkpoint
    leaves: Sequence[bytes]


async def examine(
    office: KeyOffice, source: Source, setting: Setting, seen: Seen, progress: Progress = lambda *_: None
) -> Report:
    """Verify a whole log, and keep its checkpoint if all of it passed.

    Args:
        office: Whose log it is.
        source: Where it comes from.
        setting: Of this log.
        seen: What was seen at earlier runs.
        progress: Called from time to time.

    Raises:
        ClientError: The log could not be read; nothing is said of it then.
    """
    report = Report(office.name)
    tree = await read_tree(report, source, office, seen)
    if tree is None:
        return report
    workers = Workers(_verify, setting, tree.checkpoint.size)
    try:
        await each_entry(source, tree.leaves, workers, report.add, progress)
    finally:
        workers.stop()
    if report.passed:
        seen.keep(VerifyKey.parse(office.log), tree.note)
    return report


async def read_leaves(source: Source, size: int) -> list[bytes]:
    """Read the hashes of so many leaves; ``AuditError`` (``download``) if not all are there."""
    leaves: list[bytes] = []
    while len(leaves) < size:
        data = await source.leaves(len(leaves), size)
        count, rest = divmod(len(data), merkle.HASH_LENGTH)
        if rest or not 0 < count <= size - len(leaves):
            raise AuditError("download")
        leaves += [data[place : place + merkle.HASH_LENGTH] for place in range(0, len(data), merkle.HASH_LENGTH)]
    return leaves


async def each_entry(
    source: Source,
    leaves: Sequence[bytes],
    workers: Workers[_Facts, Item, _Found],
    take: Callable[[Sequence[_Found]], object],
    progress: Progress,
) -> None:
    """Read all entries and have them worked on, the next ones being read meanwhile."""
    size, done = len(leaves), 0
    ahead = asyncio.ensure_future(source.entries(0, size)) if size else None
    try:
        while ahead is not None:
            data = await ahead
            if not 1 <= len(data) <= size - done:
                raise AuditError("download")
            begin, done = done, done + len(data)
            ahead = asyncio.ensure_future(source.entries(done, size)) if done < size else None
            numbered = range(begin, done)
            take(await workers.run(list(zip(numbered, leaves[begin:done], data, strict=True))))
            progress(done, size)
    finally:
        if ahead is not None:
            ahead.cancel()
            await asyncio.gather(ahead, return_exceptions=True)


async def read_tree(report: Report, source: Source, office: KeyOffice, seen: Seen) -> Tree | None:
    """Verify a log's tree against its checkpoint, and against the one that was kept.

    Args:
        report: Told what is wrong.
        source: Where the log comes from.
        office: Whose log it is.
        seen: What was seen at earlier runs.

    Returns:
        The tree, or None if it is not what the checkpoint says.

    Raises:
        ClientError: The log could not be read.
    """
    key = VerifyKey.parse(office.log)
    note = await source.checkpoint()
    try:
        checkpoint = Checkpoint.verify(note, key)
    except (NoteError, CheckpointError) as error:
        report.faults.append("log-form" if isinstance(error, CheckpointError) else "log-signature")
        return None
    report.size, report.root = checkpoint.size, checkpoint.root
    report.cosigners = tuple(name for _, name, _ in notes.split(note)[1] if name != key.name)
    kept = seen.read(key)
    report.since = 0 if kept is None else kept.size
    if checkpoint.size < report.since:
        report.faults.append("log-cut")
        return None
    leaves = await read_leaves(source, checkpoint.size)
    if merkle.root(leaves) != checkpoint.root:
        report.faults.append("log-root")
        return None
    if kept is not None and merkle.root(leaves[: kept.size]) != kept.root:
        report.faults.append("log-rewritten")
    return Tree(note, checkpoint, leaves)


def _verify(item: Item, setting: Setting) -> Verdict:
    return verify(*item, setting)
