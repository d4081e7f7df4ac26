"""The run over one key office's log: the tree first, then every entry; if all of it passed, that is remembered."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

from obacht_clients.audit.report import Report
from obacht_clients.audit.setting import Setting
from obacht_clients.audit.sources import Source
from obacht_clients.audit.tree import Log, Stretch, read_tree
from obacht_clients.audit.verifying import Verdict, verify
from obacht_clients.audit.workers import Workers
from obacht_clients.errors import AuditError

Progress = Callable[[int, int], object]
"""Takes how many entries are done, and how many there are to look at."""
Item = tuple[int, bytes, bytes]
"""Number, leaf hash, salt and details of an entry."""

_Facts = TypeVar("_Facts")
_Found = TypeVar("_Found")


async def examine(log: Log, setting: Setting, progress: Progress = lambda *_: None) -> Report:
    """Verify a log, and keep its checkpoint if all of it passed.

    Args:
        log: Which one, and how it is read: the whole of it, or what was added since the last run that passed.
        setting: Of this log.
        progress: Called from time to time.

    Raises:
        ClientError: The log could not be read; nothing is said of it then.
    """
    report = Report(log.office.name)
    stretch = await read_tree(report, log)
    if stretch is None:
        return report
    workers = Workers(_verify, setting, len(stretch.leaves))
    try:
        await each_entry(log.source, stretch, workers, report.add, progress)
    finally:
        workers.stop()
    if report.passed:
        log.seen.keep(log.key, stretch.note)
    return report


async def each_entry(
    source: Source,
    stretch: Stretch,
    workers: Workers[_Facts, Item, _Found],
    take: Callable[[Sequence[_Found]], object],
    progress: Progress,
) -> None:
    """Read all entries of a stretch and have them worked on, the next ones being read meanwhile."""
    done, end = stretch.begin, stretch.end
    ahead = asyncio.ensure_future(source.entries(done, end)) if done < end else None
    try:
        while ahead is not None:
            data = await ahead
            if not 1 <= len(data) <= end - done:
                raise AuditError("download")
            begin, done = done, done + len(data)
            ahead = asyncio.ensure_future(source.entries(done, end)) if done < end else None
            leaves = stretch.leaves[begin - stretch.begin : done - stretch.begin]
            take(await workers.run(list(zip(range(begin, done), leaves, data, strict=True))))
            progress(done - stretch.begin, len(stretch.leaves))
    finally:
        if ahead is not None:
            ahead.cancel()
            await asyncio.gather(ahead, return_exceptions=True)


def _verify(item: Item, setting: Setting) -> Verdict:
    return verify(*item, setting)
