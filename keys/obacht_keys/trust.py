"""The descriptor at a key office: whose signatures it needs, and the one in force, which every process sees at once."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Self

from obacht_keys.errors import DescriptorRefusedError, SettingsError
from obacht_keys.settings import Home
from obacht_protocol import notes
from obacht_protocol.descriptor import Descriptor
from obacht_protocol.encoding import canonical_json, parse_canonical_json
from obacht_protocol.errors import NoteError, ProtocolError
from obacht_service import files
from obacht_service.errors import FileError

TRUST: Final = "obacht-keys trust --office VKEY --auditor VKEY"


@dataclass(frozen=True, slots=True)
class Roots:
    """The roots of trust that the operator pinned. They admit the first descriptor; then those that it names count.

    Attributes:
        office: vkey of the safety office.
        auditor: vkey of the auditor.
    """

    office: notes.VerifyKey
    auditor: notes.VerifyKey

    @classmethod
    def parse(cls, office: str, auditor: str) -> Self:
        """Read two vkeys; ``SettingsError`` if one is malformed, or both have one key."""
        try:
            roots = cls(notes.VerifyKey.parse(office), notes.VerifyKey.parse(auditor))
        except NoteError as error:
            raise SettingsError("office and auditor need verify keys of the form name+hash+base64") from error
        if roots.office.public_key == roots.auditor.public_key or roots.office == roots.auditor:
            raise SettingsError("office and auditor must have different keys")
        return roots

    @classmethod
    def load(cls, home: Home) -> Self:
        """Read the pinned roots; ``SettingsError`` if there are none, or the file is malformed."""
        try:
            fields = parse_canonical_json(files.read(home.roots))
            return cls.parse(fields["office"], fields["auditor"])
        except FileError as error:
            raise SettingsError(f"no roots of trust are pinned; pin them with: {TRUST}") from error
        except (ProtocolError, KeyError, TypeError) as error:
            raise SettingsError(f"{home.roots} is malformed; pin the roots anew with: {TRUST}") from error

    def pin(self, home: Home) -> None:
        """Write them; ``SettingsError`` if a descriptor is in force already, which alone can change them."""
        if home.descriptor.exists() and home.roots.exists() and Roots.load(home) != self:
            raise SettingsError("other roots are pinned, and a descriptor signed by them is in force; it alone changes")
        files.replace(home.roots, canonical_json({"office": str(self.office), "auditor": str(self.auditor)}))


@dataclass(frozen=True, slots=True)
class InForce:
    """A descriptor that was accepted.

    Attributes:
        descriptor: What it says.
        note: Its signed form.
        purposes: Identifiers of the purposes that departments may name.
    """

    descriptor: Descriptor
    note: bytes
    purposes: frozenset[str]

    @classmethod
    def read(cls, note: bytes) -> Self:
        """Read what was verified when it came in; any ``ProtocolError``."""
        descriptor = Descriptor.parse(notes.body(note))
        return cls(descriptor, note, frozenset(purpose.id for purpose in descriptor.purposes))


class Trust:
    """The descriptor in force, read anew whenever another process has put a newer one there."""

    def __init__(self, home: Home, deployment: str) -> None:
        """Know the folder and the office's own deployment."""
        self._home = home
        self._deployment = deployment
        self._path = str(home.descriptor)  # of which every request asks the state
        self._seen: tuple[int, int] | None = None
        self._in_force: InForce | None = None

    def current(self) -> InForce | None:
        """Give the descriptor in force, or None if none ever was.

        Raises:
            SettingsError: Its file is damaged.
        """
        try:
            found = os.stat(self._path)  # noqa: PTH116 - a Path would take longer than the answer
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SettingsError(f"{self._home.descriptor} cannot be read") from error
        seen = (found.st_mtime_ns, found.st_ino)
        if seen != self._seen:
            self._in_force, self._seen = self._read(), seen
        return self._in_force

    def at(self, now: int) -> InForce | None:
        """Give the descriptor in force unless it has expired at ``now`` (Unix seconds); ``SettingsError`` as above."""
        found = self.current()
        return found if found is not None and now < found.descriptor.expires else None

    def put(self, note: bytes, now: int) -> Descriptor:
        """Put a descriptor in force that both roots of trust signed and that follows the one before.

        Args:
            note: The signed note.
            now: Unix seconds.

        Raises:
            DescriptorRefusedError: With the code of the problem.
            SettingsError: No roots are pinned, or the folder cannot be used.
        """
        with self._alone():
            before = self.current()
            if before is not None and before.note == note:
                return before.descriptor  # sent once more, because the answer was lost
            roots = Roots.load(self._home) if before is None else before.descriptor
            try:
                descriptor = Descriptor.verify(note, roots.office, roots.auditor).check_current(now)
            except NoteError as error:
                raise DescriptorRefusedError("note") from error
            except ProtocolError as error:
                raise DescriptorRefusedError("descriptor") from error
            if descriptor.deployment != self._deployment:
                raise DescriptorRefusedError("descriptor")
            if before is not None:
                try:
                    descriptor.check_successor(before.descriptor, notes.digest(before.note))
                except ProtocolError as error:
                    raise DescriptorRefusedError("descriptor-order") from error
            try:
                files.replace(self._home.descriptor, note)
            except FileError as error:
                raise SettingsError(str(error)) from error
        return descriptor

    def _read(self) -> InForce:
        try:
            return InForce.read(files.read(self._home.descriptor))
        except (FileError, ProtocolError) as error:
            raise SettingsError(f"{self._home.descriptor} is damaged; let the safety office put it again") from error

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one process at a time compare and replace."""
        try:
            lock = os.open(self._home.descriptor.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise SettingsError(f"{self._home.folder} cannot be written") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)
