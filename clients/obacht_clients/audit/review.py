"""What an auditor checks before signing a descriptor, so that the signature means that somebody looked."""

from dataclasses import dataclass

from obacht_clients.errors import AuditError
from obacht_protocol import notes
from obacht_protocol.descriptor import Descriptor
from obacht_protocol.errors import DescriptorError, NoteError
from obacht_protocol.notes import SigningKey, VerifyKey


@dataclass(frozen=True, slots=True)
class Review:
    """A descriptor that may be signed.

    Attributes:
        note: As it came, signed by the safety office.
        descriptor: What it says.
        previous: What the one signed before said, or None if this is the first here.
        publishers: The safety office's devices that are known by it, public keys of 32 bytes: its own and, where it
            names the hash of the one signed before, that one's.
    """

    note: bytes
    descriptor: Descriptor
    previous: Descriptor | None
    publishers: frozenset[bytes]

    def sign(self, key: SigningKey) -> bytes:
        """Give the note with the auditor's signature.

        Raises:
            AuditError: ``note-form``: it has no room for a signature.
        """
        try:
            return notes.cosign(self.note, key)
        except NoteError as error:
            raise AuditError("note-form") from error


def review(note: bytes, key: VerifyKey, *, now: int, previous_note: bytes | None = None) -> Review:
    """Check all that can be checked without knowing the town.

    Args:
        note: The descriptor with the safety office's signature.
        key: The auditor's key that is to sign.
        now: Unix seconds.
        previous_note: The descriptor that this auditor signed before, if any.

    Raises:
        AuditError: ``note-form`` (malformed, contradicting itself), ``descriptor-expired``, ``note-office`` (not signed
            by the safety office that it names), ``note-auditor`` (another auditor's), ``note-order`` (it does not
            follow the previous one) or ``note-roots`` (a root key changes, but the old one has not signed).
    """
    descriptor = _parse(note)
    _verify(note, descriptor.office, "note-office")
    if now >= descriptor.expires:
        raise AuditError("descriptor-expired")
    previous = None if previous_note is None else _parse(previous_note)
    if previous is not None and previous_note is not None and notes.digest(note) != notes.digest(previous_note):
        try:
            descriptor.check_successor(previous, notes.digest(previous_note))
        except DescriptorError as error:
            raise AuditError("note-order") from error
        _verify(note, previous.office, "note-roots")
    auditors = {descriptor.auditor} if previous is None else {descriptor.auditor, previous.auditor}
    if key not in auditors:
        raise AuditError("note-auditor")
    publishers = {descriptor.publisher}
    if previous is not None and previous_note is not None and descriptor.previous == notes.digest(previous_note):
        publishers.add(previous.publisher)
    return Review(note, descriptor, previous, frozenset(publishers))


def _parse(note: bytes) -> Descriptor:
    try:
        return Descriptor.parse(notes.body(note))
    except (NoteError, DescriptorError) as error:
        raise AuditError("note-form") from error


def _verify(note: bytes, key: VerifyKey, reason: str) -> None:
    try:
        notes.verify(note, [key])
    except NoteError as error:
        raise AuditError(reason) from error
