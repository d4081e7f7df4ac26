"""Files that staff bring to the pages: held in memory alone, looked through, taken in, stopped and taken up again.

What is in them is personal, and a temporary file would keep it on a disk in clear. So a file is in the memory of this
process until its bringer puts it away, brings another, or leaves it alone for :data:`KEPT_SECONDS`. After a restart
they bring it again: how far it was taken in stands in the database, and it goes on there.
"""

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from obacht_enrollment import importing
from obacht_enrollment.accounts.roles import Right, User, require
from obacht_enrollment.cases.similar import Index
from obacht_enrollment.errors import ImportFileError, OfficeError
from obacht_enrollment.importing import Imported, Prepared
from obacht_enrollment.imports.sheets import MAX_FILE_LENGTH
from obacht_enrollment.office import Office
from obacht_enrollment.work import Work, Works

KEPT_SECONDS: Final = 60 * 60
"""So long after its bringer last asked for it a file is forgotten."""
MOST_BYTES: Final = 4 * MAX_FILE_LENGTH
"""So much of all files together is held."""


class Stage(StrEnum):
    """How far a file is."""

    LOOKING = "looking"
    LOOKED = "looked"
    REFUSED = "refused"
    """It is no table of records, or could not be looked through."""
    TAKING = "taking"
    STOPPED = "stopped"
    FAILED = "failed"
    """It was taken in up to somewhere, and then something went wrong."""
    DONE = "done"


@dataclass(slots=True, repr=False)
class Upload:
    """A file that is held. It does not show its content when printed.

    Attributes:
        name: As its bringer calls it.
        data: All of it.
        ignored: Names of columns that are passed over.
        looking: The look at it.
        taking: Its being taken in; None before.
        asked: When its bringer last asked for it, in seconds of a clock that only runs forward.
    """

    name: str
    data: bytes
    ignored: tuple[str, ...]
    looking: Work[Prepared]
    taking: Work[Imported] | None = None
    asked: float = field(default_factory=time.monotonic)

    @property
    def work(self) -> Work[Prepared] | Work[Imported]:
        """What was last done with it."""
        return self.taking or self.looking

    @property
    def error(self) -> OfficeError | None:
        """What went wrong with it."""
        return self.work.error

    @property
    def stage(self) -> Stage:
        """How far it is."""
        if self.taking is None:
            if not self.looking.is_over:
                return Stage.LOOKING
            return Stage.REFUSED if self.looking.result is None else Stage.LOOKED
        if not self.taking.is_over:
            return Stage.TAKING
        if self.taking.was_stopped:
            return Stage.STOPPED
        return Stage.FAILED if self.taking.result is None else Stage.DONE


class Uploads:
    """The files of all who work on cases, one of each. Threads may share it."""

    def __init__(self, works: Works, index: Index) -> None:
        """Begin with none.

        Args:
            works: What goes on in this process.
            index: All cases, for telling who may be known.
        """
        self._works = works
        self._index = index
        self._lock = threading.Lock()
        self._held: dict[int, Upload] = {}
        self._timed: set[int] = set()
        self._count = itertools.count()

    def bring(self, office: Office, user: User, name: str, data: bytes, now: int) -> Upload:
        """Hold a file, and begin to look through it; the file that its bringer had before is forgotten.

        Args:
            office: Unlocked.
            user: Who brings it.
            name: As they call it.
            data: All of it.
            now: Unix seconds.

        Raises:
            ForbiddenError: The user may not.
            ImportFileError: ``work-busy``: their last file is being taken in; ``work-many``; ``uploads-full``.
        """
        require(user, Right.EDIT_CASES)
        with self._lock:
            others = sum(len(held.data) for owner, held in self._held.items() if owner != user.id)
            if others + len(data) > MOST_BYTES:
                raise ImportFileError("uploads-full")
            self._let_go(user)
            held = Upload(name, data, (), self._look(office, user, data, (), now))
            self._held[user.id] = held
            if user.id not in self._timed:
                self._forget_later(user.id, KEPT_SECONDS)
        return held

    def held(self, user: User) -> Upload | None:
        """Give the file that somebody has brought; None if there is none, or no more."""
        require(user, Right.EDIT_CASES)
        with self._lock:
            found = self._held.get(user.id)
            if found is not None:
                found.asked = time.monotonic()
            return found

    def look_again(self, office: Office, user: User, ignored: tuple[str, ...], now: int) -> None:
        """Look through the file once more, with other columns passed over, or since the cases have changed.

        Raises:
            ImportFileError: ``upload-gone``: there is none; as :meth:`bring` says.
        """
        with self._lock:
            held = self._found(user)
            self._let_go(user)
            held.looking, held.taking = self._look(office, user, held.data, ignored, now), None
            held.ignored = ignored

    def take_in(self, office: Office, user: User, clock: Callable[[], int]) -> None:
        """Take in what is right in the file, or go on where that was stopped; faulty lines are left out.

        Args:
            office: Unlocked.
            user: Who brought it; they cannot approve it.
            clock: Gives Unix seconds.

        Raises:
            ImportFileError: ``upload-gone``; ``upload-stage``: that cannot be done now; ``work-busy``, ``work-many``.
        """
        with self._lock:
            held = self._found(user)
            if held.stage not in {Stage.LOOKED, Stage.STOPPED}:
                raise ImportFileError("upload-stage")
            # what was found before it was stopped says nothing of what was taken in since
            seen = held.looking.result if held.stage is Stage.LOOKED else None
            data, ignored = held.data, held.ignored

            def do(work: Work[Imported]) -> Imported:
                prepared = seen or self._prepare(office, user, data, ignored=ignored, now=clock(), work=work)
                return importing.take_in(office, user, prepared, clock, progress=work.tell)

            held.taking = self._works.begin(("take in", user.id), do)

    def stop(self, user: User) -> None:
        """Have what goes on with the file stop; ``ImportFileError`` (``upload-gone``) if there is none."""
        with self._lock:
            self._found(user).work.stop()

    def put_away(self, user: User) -> None:
        """Forget the file; ``ImportFileError`` (``work-busy``) if it is being taken in. What was taken in stays."""
        require(user, Right.EDIT_CASES)
        with self._lock:
            self._let_go(user)
            self._held.pop(user.id, None)

    def _found(self, user: User) -> Upload:
        require(user, Right.EDIT_CASES)
        held = self._held.get(user.id)
        if held is None:
            raise ImportFileError("upload-gone")
        held.asked = time.monotonic()
        return held

    def _let_go(self, user: User) -> None:
        """Stop a look that nobody waits for any more; what is being taken in goes on, and is in the way."""
        held = self._held.get(user.id)
        if held is not None and held.stage is Stage.TAKING:
            raise ImportFileError("work-busy")
        if held is not None:
            held.work.stop()

    def _look(self, office: Office, user: User, data: bytes, ignored: tuple[str, ...], now: int) -> Work[Prepared]:
        def do(work: Work[Prepared]) -> Prepared:
            return self._prepare(office, user, data, ignored=ignored, now=now, work=work)

        return self._works.begin(("look", next(self._count)), do)

    def _prepare(
        self, office: Office, user: User, data: bytes, *, ignored: tuple[str, ...], now: int, work: Work[Any]
    ) -> Prepared:
        return importing.prepare(
            office, user, data, now, ignored=ignored, whole=True, index=self._index, progress=work.tell
        )

    def _forget_later(self, owner: int, seconds: float) -> None:
        self._timed.add(owner)
        timer = threading.Timer(seconds, self._forget, (owner,))
        timer.daemon = True
        timer.start()

    def _forget(self, owner: int) -> None:
        with self._lock:
            self._timed.discard(owner)
            held = self._held.get(owner)
            if held is None:
                return
            left = held.asked + KEPT_SECONDS - time.monotonic()
            if left > 0 or not held.work.is_over:
                self._forget_later(owner, left if left > 0 else _SOON)
            else:
                del self._held[owner]


_SOON: Final = 60.0
"""Seconds until a file in work is thought of again."""
