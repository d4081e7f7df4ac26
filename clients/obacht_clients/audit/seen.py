"""The last checkpoint of every log whose run passed, in the auditor's folder."""

import hashlib
import os
from pathlib import Path
from typing import Final

from obacht_clients.errors import AuditError
from obacht_clients.home import make_folder
from obacht_protocol.checkpoints import Checkpoint
from obacht_protocol.errors import CheckpointError, NoteError
from obacht_protocol.notes import VerifyKey

FOLDER: Final = "checkpoints"


class Seen:
    """What was seen at earlier runs."""

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
