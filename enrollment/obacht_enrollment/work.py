"""Work that takes longer than anybody waits for a page: it goes on in a thread, tells how far it is, and can stop."""

import threading
from collections.abc import Callable, Hashable
from typing import Any, Final, Generic, TypeVar
from weakref import WeakValueDictionary

from obacht_enrollment.errors import ImportFileError, OfficeError
from obacht_service import logs

_T = TypeVar("_T")
MOST: Final = 3
"""So much goes on at a time; whoever wants more has to wait."""


class StoppedError(OfficeError):
    """Somebody asked the work to stop."""


class Work(Generic[_T]):
    """One piece of work.

    Attributes:
        done: How far it is, in what it counts.
        of: How much there is to do; 0 while that is not known.
        result: What came of it; None until then, and where it failed.
        error: Why it failed; None if it did not.
        was_stopped: Whether somebody stopped it.
    """

    def __init__(self, do: Callable[["Work[_T]"], _T]) -> None:
        """Begin it.

        Args:
            do: Does it, and calls :meth:`tell` where it may be stopped.
        """
        self.done = 0
        self.of = 0
        self.result: _T | None = None
        self.error: OfficeError | None = None
        self.was_stopped = False
        self._do = do
        self._stopping = threading.Event()
        self._over = threading.Event()
        # a daemon: what is under way is written in whole transactions, so nothing is lost when the service ends
        threading.Thread(target=self._run, name="work", daemon=True).start()

    @property
    def is_over(self) -> bool:
        """Whether it has come to an end, this way or that."""
        return self._over.is_set()

    def tell(self, done: int, of: int = 0) -> None:
        """Say how far it is; ``StoppedError`` if it is to stop here."""
        self.done, self.of = done, of
        if self._stopping.is_set():
            raise StoppedError("stopped")

    def stop(self) -> None:
        """Ask it to stop at the next place where it may."""
        self._stopping.set()

    def wait(self, seconds: float) -> bool:
        """Wait until it is over, but no longer than so many seconds; tell whether it is."""
        return self._over.wait(seconds)

    def _run(self) -> None:
        try:
            self.result = self._do(self)
        except StoppedError:
            self.was_stopped = True
        except OfficeError as error:
            self.error = error
        except Exception as error:  # noqa: BLE001 - a thread that fails must not fail in silence
            logs.failure("work-failed", error)
            self.error = ImportFileError("work-failed")
        finally:
            self._over.set()


class Works:
    """All work that goes on, each under a name. Threads may share it."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = threading.Lock()
        # only while somebody, or its own thread, holds it: what came of it is personal
        self._all: WeakValueDictionary[Hashable, Work[Any]] = WeakValueDictionary()

    def begin(self, name: Hashable, do: Callable[[Work[_T]], _T]) -> Work[_T]:
        """Begin something.

        Args:
            name: Under which there is one at a time.
            do: As of :class:`Work`.

        Raises:
            ImportFileError: ``work-busy``: that goes on already; ``work-many``: too much else does.
        """
        with self._lock:
            going_on = {one for one, work in self._all.items() if not work.is_over}
            if name in going_on:
                raise ImportFileError("work-busy")
            if len(going_on) >= MOST:
                raise ImportFileError("work-many")
            work = Work(do)
            self._all[name] = work
            return work
