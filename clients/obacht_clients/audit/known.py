"""Whom the auditor knows: the safety office's devices and the logs' witnesses, each key in a file of its own."""

import hashlib
import os
from pathlib import Path
from typing import Final

from obacht_clients.audit import keyfile
from obacht_clients.errors import AuditError
from obacht_clients.home import make_folder
from obacht_protocol.checkpoints import WitnessKey
from obacht_protocol.devices import device_id
from obacht_protocol.encoding import base64url, unbase64url
from obacht_protocol.errors import EncodingError, NoteError

PUBLISHERS: Final = "publishers"
WITNESSES: Final = "witnesses"
_SUFFIX: Final = ".pub"
_KEY_LENGTH: Final = 32


class Known:
    """The folders ``publishers`` and ``witnesses`` of the auditor's own; whoever removes a file takes a key out."""

    def __init__(self, home: Path) -> None:
        """Look at nothing yet."""
        self._home = home

    def publishers(self) -> frozenset[bytes]:
        """Give the public keys of all devices with which the safety office may enrol, or might, 32 bytes each.

        Raises:
            AuditError: ``known``: a file is damaged or cannot be read.
        """
        try:
            return frozenset(unbase64url(text, _KEY_LENGTH) for text in self._read(PUBLISHERS))
        except EncodingError as error:
            raise AuditError("known") from error

    def witnesses(self) -> list[WitnessKey]:
        """Give the keys of the witnesses, the auditor's own among them if there is one.

        Raises:
            AuditError: ``known`` or, of the own one, ``key-file``: a file is damaged or cannot be read.
        """
        own = self._home / keyfile.WITNESS
        try:
            named = [WitnessKey.parse(text) for text in self._read(WITNESSES)]
        except NoteError as error:
            raise AuditError("known") from error
        return list(dict.fromkeys([*named, *([keyfile.witness_public(own)] if own.exists() else [])]))

    def add_publisher(self, key: bytes) -> None:
        """Remember a device of the safety office; ``AuditError`` (``known``) or ``HomeError`` if that fails."""
        self._add(PUBLISHERS, device_id(key), base64url(key))

    def add_witness(self, key: WitnessKey) -> None:
        """Remember a witness; ``AuditError`` (``known``) or ``HomeError`` if that fails."""
        self._add(WITNESSES, hashlib.sha256(str(key).encode()).hexdigest()[:32], str(key))

    def _add(self, folder: str, name: str, text: str) -> None:
        make_folder(self._home / folder)
        file = self._home / folder / f"{name}{_SUFFIX}"
        draft = file.with_suffix(f".{os.urandom(4).hex()}")
        try:
            draft.write_text(text + "\n", "utf-8")
            draft.replace(file)
        except OSError as error:
            raise AuditError("known") from error

    def _read(self, folder: str) -> list[str]:
        try:
            files = sorted(file for file in (self._home / folder).iterdir() if file.suffix == _SUFFIX)
            return [file.read_text("utf-8").strip() for file in files]
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as error:
            raise AuditError("known") from error
