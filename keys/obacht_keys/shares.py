"""The shares that an office holds, one for each epoch: unlocked when it starts, and given up once a file is gone."""

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from obacht_keys.custody import Custody
from obacht_keys.errors import CustodyError
from obacht_service import files, logs

LOOK_EVERY: Final = 1.0
"""Seconds between two looks whether the files are still there."""


class Shares(Mapping[int, Custody]):
    """The unlocked shares by epoch, the oldest first.

    An operator destroys a share by destroying its file (``obacht-keys rotate finish``). Whoever holds it unlocked looks
    for the file at most once a second, when a question comes, and answers for that epoch no more when it is gone.
    """

    def __init__(
        self, opened: Mapping[int, tuple[Path, Custody]], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Hold what was opened.

        Args:
            opened: Each epoch's file and what was in it.
            monotonic: Gives seconds.
        """
        self._opened = dict(opened)
        self._monotonic = monotonic
        self._looked = monotonic()

    @classmethod
    def unlock(cls, paths: Mapping[int, Path], deployment: str, passphrase: bytes) -> "Shares":
        """Unlock every share that an office holds.

        Args:
            paths: Their files, by epoch (:attr:`obacht_keys.settings.Home.shares`).
            deployment: Whose shares they must be.
            passphrase: Opens them all.

        Raises:
            CustodyError: The passphrase is wrong, or a file was altered or is another deployment's or epoch's.
            FileError: A file cannot be read.
        """
        opened = {}
        for epoch, path in paths.items():
            custody = Custody.unlock(files.read(path), passphrase)
            if custody.facts.deployment != deployment:
                raise CustodyError(f"{path} is another deployment's share than the settings say")
            if custody.facts.epoch != epoch:
                raise CustodyError(f"{path} holds the share of epoch {custody.facts.epoch}")
            opened[epoch] = path, custody
        return cls(opened)

    def __getitem__(self, epoch: int) -> Custody:
        """Give the share of an epoch; ``KeyError`` if there is none, or its file is gone."""
        self._look()
        return self._opened[epoch][1]

    def __iter__(self) -> Iterator[int]:
        """Give the epochs."""
        self._look()
        return iter(list(self._opened))

    def __len__(self) -> int:
        """Count the epochs."""
        self._look()
        return len(self._opened)

    def _look(self) -> None:
        now = self._monotonic()
        if now - self._looked < LOOK_EVERY:
            return
        self._looked = now
        for epoch, (path, _) in list(self._opened.items()):
            try:
                path.stat()
            except FileNotFoundError:
                del self._opened[epoch]
                logs.event("share-gone", epoch=epoch)
            except OSError as error:  # a folder that cannot be read just now says nothing about what lies in it
                logs.failure("share-unseen", error, epoch=epoch)
