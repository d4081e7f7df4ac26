"""The auditor's keys for receipts: one for every month, made ahead, and destroyed when the receipts' time is over."""

import datetime as dt
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from nacl.public import PrivateKey

from obacht_clients.audit import lockedfile
from obacht_clients.errors import AuditError
from obacht_clients.home import make_folder
from obacht_protocol.descriptor import Descriptor, ReceiptKey
from obacht_protocol.encoding import base64url, canonical_json, unbase64url
from obacht_protocol.errors import EncodingError

FOLDER: Final = "receipt-keys"
PUBLIC: Final = "receipt-keys.json"
MOST: Final = 36
"""Months that are made at once."""
_TYPE: Final = "obacht/v1/receipt-key"
_MONTH: Final = re.compile("20[0-9]{2}-(?:0[1-9]|1[0-2])")
_KEY_LENGTH: Final = 32


class Months:
    """The month keys in the auditor's folder."""

    def __init__(self, home: Path) -> None:
        """Look at nothing yet."""
        self._folder = home / FOLDER
        self._public = home / PUBLIC

    def make(self, first: str, count: int, passphrase: str, gone: frozenset[str]) -> list[ReceiptKey]:
        """Make keys, and write the public halves of all that are there for the safety office.

        Args:
            first: Month, as YYYY-MM.
            count: How many months, 1 to 36.
            passphrase: The auditor's.
            gone: Months whose keys were destroyed.

        Raises:
            AuditError: ``month``, ``month-exists`` (nothing was made), ``home-full``, or as when a file is locked.
        """
        months = list(_following(first, count))
        if not gone.isdisjoint(months) or any(self._file(month).exists() for month in months):
            raise AuditError("month-exists")
        make_folder(self._folder)
        for month in months:
            key = PrivateKey.generate()
            public = base64url(bytes(key.public_key))
            lockedfile.create(self._file(month), _TYPE, public, bytes(key), passphrase)
        keys = self.keys()
        self._write_public(keys)
        return keys

    def keys(self) -> list[ReceiptKey]:
        """List the public halves of the keys that are there, the oldest first; ``AuditError`` if one is malformed."""
        return [ReceiptKey(month, self._public_half(month)) for month in self._names()]

    def unlock(self, passphrase: str, last: str) -> dict[str, bytes]:
        """Give the keys (32 bytes each, secret) of all months up to ``last`` that are there, by their months.

        Raises:
            AuditError: ``no-months``, or as when a file is unlocked.
        """
        names = self._names()
        if not names:
            raise AuditError("no-months")
        return {month: self._unlock(month, passphrase) for month in names if month <= last}

    def before(self, month: str) -> list[str]:
        """List the months before this one whose keys are there; ``AuditError`` (``month``) if it is none."""
        check_month(month)
        return [name for name in self._names() if name < month]

    def destroy(self, months: Sequence[str]) -> None:
        """Overwrite and remove keys for good; ``AuditError`` (``key-file``) if one cannot be."""
        try:
            for month in months:
                _erase(self._file(month))
            _sync(self._folder)
            self._write_public(self.keys())
        except OSError as error:
            raise AuditError("key-file") from error

    def check(self, descriptor: Descriptor) -> Descriptor:
        """Give the descriptor if all keys for receipts that it names are ours; ``AuditError`` (``note-receipts``)."""
        own = {key.month: key.public_key for key in self.keys()}
        if any(own.get(key.month) != key.public_key for key in descriptor.receipts):
            raise AuditError("note-receipts")
        return descriptor

    def _names(self) -> list[str]:
        with suppress(OSError):
            return sorted(file.stem for file in self._folder.glob("*.key") if _MONTH.fullmatch(file.stem))
        return []

    def _file(self, month: str) -> Path:
        return self._folder / f"{month}.key"

    def _public_half(self, month: str) -> bytes:
        try:
            return unbase64url(lockedfile.public_half(self._file(month)), _KEY_LENGTH)
        except EncodingError as error:
            raise AuditError("key-file") from error

    def _unlock(self, month: str, passphrase: str) -> bytes:
        secret = lockedfile.unlock(self._file(month), _TYPE, passphrase)
        if len(secret) != _KEY_LENGTH or bytes(PrivateKey(secret).public_key) != self._public_half(month):
            raise AuditError("key-file")
        return secret

    def _write_public(self, keys: Sequence[ReceiptKey]) -> None:
        listed = [{"month": key.month, "public_key": base64url(key.public_key)} for key in keys]
        draft = self._public.with_suffix(f".{os.urandom(4).hex()}")
        try:
            draft.write_bytes(canonical_json(listed))
            draft.replace(self._public)
        except OSError as error:
            raise AuditError("key-file") from error


def check_month(month: str) -> str:
    """Accept a month as YYYY-MM; ``AuditError`` (``month``) otherwise."""
    if not _MONTH.fullmatch(month):
        raise AuditError("month")
    return month


def _following(first: str, count: int) -> Iterator[str]:
    year, month = map(int, check_month(first).split("-"))
    for step in range(count):
        later, place = divmod(month - 1 + step, 12)
        yield check_month(dt.date(year + later, place + 1, 1).strftime("%Y-%m"))


def _erase(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.write(os.urandom(file.stat().st_size))
        opened.flush()
        os.fsync(opened.fileno())
    file.unlink()


def _sync(folder: Path) -> None:
    """Bring a folder's own changes to the disk, where the system lets a folder be opened (Windows does not)."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
