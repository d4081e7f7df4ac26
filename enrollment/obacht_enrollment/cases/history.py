"""The history: who did what when, each event chained to the one before, and the end of the chain signed.

A changed, missing or added event breaks the chain at its place. Whoever computes the rest of the chain anew cannot sign
its end, and the office does not do it for them: it signs no new end where the one before is not what it signed. Whoever
puts an older copy of all of it in place has an older end, which those notice who noted a newer one.
Details are sealed, and erased with their case; the chain holds their hashes alone, and stays whole.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from obacht_enrollment.errors import CaseError
from obacht_protocol import notes
from obacht_protocol.encoding import base64url, canonical_json, parse_canonical_json, prefixed, u64
from obacht_protocol.errors import ProtocolError
from obacht_protocol.notes import SigningKey, VerifyKey

START: Final = bytes(32)
"""What the first event is chained to."""
_TYPE: Final = "obacht/v1/case-history"
_EVENT: Final = b"obacht/v1/case-event"


class Deed(StrEnum):
    """What somebody, or the scheduler, did."""

    BEGUN = "begun"
    IMPORTED = "imported"
    TAKEN_OVER = "taken-over"
    EDITED = "edited"
    SUBMITTED = "submitted"
    PROPOSED = "proposed"
    APPROVED = "approved"
    ACTIVATED = "activated"
    AMENDED = "amended"
    RENEWED = "renewed"
    LIFTED = "lifted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    RESTRICTED = "restricted"
    ENDED = "ended"
    EXPIRED = "expired"
    ANONYMISED = "anonymised"
    DOCUMENT_ADDED = "document-added"
    NOTICE = "notice"
    EXPORT_ASKED = "export-asked"
    EXPORT_APPROVED = "export-approved"
    EXPORT_READ = "export-read"
    DOCUMENT_READ = "document-read"
    DOCUMENT_REMOVED = "document-removed"
    REQUEST_RECEIVED = "request-received"
    REQUEST_READ = "request-read"
    REQUEST_ASSIGNED = "request-assigned"
    REQUEST_EXTENDED = "request-extended"
    REQUEST_DECIDED = "request-decided"
    CALL = "call"
    CALL_READ = "call-read"


@dataclass(frozen=True, slots=True)
class Link:
    """An event as it is chained.

    Attributes:
        sequence: Its place, from 1.
        case: Number of the case; None for what concerns none.
        at: Unix seconds.
        user: Number of the user; None if it was the scheduler.
        what: What was done.
        digest: SHA-256 of its detail as it was written, 32 bytes.
    """

    sequence: int
    case: int | None
    at: int
    user: int | None
    what: str
    digest: bytes

    def after(self, before: bytes) -> bytes:
        """Give the hash over this event and the link before it, 32 bytes each."""
        numbers = (self.sequence, self.case or 0, self.at, self.user or 0)
        return hashlib.sha256(prefixed([_EVENT, before, *map(u64, numbers), self.what.encode(), self.digest])).digest()


@dataclass(frozen=True, slots=True)
class Stored:
    """An event as it lies in the database.

    Attributes:
        link: What is chained.
        detail: Sealed; empty if there is none, or it was erased.
        hash: Of this event and all before it.
        may_be_erased: Whether its case is anonymised.
    """

    link: Link
    detail: bytes
    hash: bytes
    may_be_erased: bool


def digest(detail: bytes) -> bytes:
    """Give the hash of a detail, 32 bytes."""
    return hashlib.sha256(detail).digest()


def sign(deployment: str, count: int, last: bytes, key: SigningKey) -> bytes:
    """Sign where the history ends: how many events there are, and the hash of the last one."""
    body = {"type": _TYPE, "deployment": deployment, "count": count, "last": base64url(last)}
    return notes.sign(canonical_json(body), [key])


def read_head(note: bytes, deployment: str, key: VerifyKey) -> tuple[int, str]:
    """Check the signature on the end of the history.

    Returns:
        How many events there are, and the hash of the last one (base64url).

    Raises:
        CaseError: ``history-head``: it is not signed by this office.
    """
    try:
        body: Any = parse_canonical_json(notes.verify(note, [key]))
        if body.pop("type") != _TYPE or body.pop("deployment") != deployment:
            raise CaseError("history-head")
        return int(body["count"]), str(body["last"])
    except (ProtocolError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise CaseError("history-head") from error


def check_end(note: bytes, count: int, last: bytes, deployment: str, key: VerifyKey) -> int:
    """Hold the end of the history against the signature on it; before the first event ``note`` is empty.

    Returns:
        ``count``.

    Raises:
        CaseError: ``history-head``: it is not the end that was signed.
    """
    if (count or note) and read_head(note, deployment, key) != (count, base64url(last)):
        raise CaseError("history-head")
    return count


def verify(events: Iterable[Stored], note: bytes, deployment: str, key: VerifyKey) -> int:
    """Hold the whole history against its links, and its end against the signature.

    Args:
        events: All of them, in their order.
        note: The signed end; empty where there is no event.
        deployment: Its id.
        key: The office's key of heads.

    Returns:
        How many events there are.

    Raises:
        CaseError: ``history-event`` with the number of the first event that is not as it was written, or not there;
            ``history-head``: the end is not the one that was signed.
    """
    before, count = START, 0
    for event in events:
        count += 1
        erased = not event.detail and event.may_be_erased
        if (
            event.link.sequence != count
            or event.link.after(before) != event.hash
            or (not erased and digest(event.detail) != event.link.digest)
        ):
            raise CaseError("history-event", event=count)
        before = event.hash
    return check_end(note, count, before, deployment, key)
