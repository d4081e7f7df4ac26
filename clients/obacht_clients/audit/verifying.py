"""One entry of a key office's log, verified from its leaf down to the receipts in it; nobody's identity comes out."""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from obacht_clients.audit import opening
from obacht_clients.audit.opening import RECEIPT_SKEW, Opened, open_all
from obacht_clients.audit.setting import Setting
from obacht_clients.offices import PATH
from obacht_protocol import entries
from obacht_protocol.devices import COVERED, MAX_SKEW, PARAMETERS, TAG, device_id
from obacht_protocol.entries import ANSWERED, EVENT, SALT_LENGTH, URGENT, Entry
from obacht_protocol.errors import EntryError, MessageError
from obacht_protocol.messages import ENROLMENT, EvaluationRequest

PRUNED: Final = "pruned"
ENROLLER: Final = "enroller"
"""The fault of an enrolment by a device that is not the safety office's."""
FAULTS: Final = (
    "leaf", "entry", "base", "signature", "time", "body", "missing", *opening.FAULTS, "reason", ENROLLER, "replayed",
)  # fmt: skip
"""All that can be wrong with an entry, as codes that :mod:`obacht_clients.words` has sentences for."""

_LONGEST: Final = 1024
_LAST: Final = 2**32 - 2**20
_BASE: Final = re.compile(
    rf'"@method": POST\n"@authority": ([!-~]{{1,255}})\n"@path": {re.escape(PATH)}\n'
    r'"content-digest": sha-256=:([A-Za-z0-9+/]{43}=):\n"@signature-params": \('
    + " ".join(f'"{component}"' for component in COVERED)
    + r'\)((?:;[a-z]{1,16}=(?:[0-9]{1,12}|"[A-Za-z0-9_-]{1,64}")){'
    + str(len(PARAMETERS))
    + r"})"
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found in an entry.

    Attributes:
        index: Its number on the log.
        kind: As of the entry, or :data:`PRUNED`; empty if it cannot be read.
        time: Unix seconds.
        code: As of the entry.
        department: As of the entry.
        device: Id of the device, or empty.
        user: Pseudonym, 16 bytes, or empty.
        nonce: Of the signature, or empty.
        question: The question's id, 16 bytes, or empty.
        persons: Whom the receipts are about, 16 bytes each; see :meth:`Setting.person`.
        canaries: How many receipts are about the canary.
        destroyed: How many receipts' keys were destroyed.
        enrolled: How many match keys were enrolled.
        reason: Of an urgent question, as its receipts state it.
        faults: Codes of what is wrong.
    """

    index: int
    kind: str = ""
    time: int = 0
    code: str = ""
    department: str = ""
    device: str = ""
    user: bytes = b""
    nonce: str = ""
    question: bytes = b""
    persons: tuple[bytes, ...] = ()
    canaries: int = 0
    destroyed: int = 0
    enrolled: int = 0
    reason: str = ""
    faults: tuple[str, ...] = ()


class Fault(Exception):  # noqa: N818 - it never leaves this module
    """Something is wrong with an entry; its code is the whole message."""


def verify(index: int, leaf: bytes, data: bytes, setting: Setting) -> Verdict:
    """Verify an entry.

    Args:
        index: Its number on the log.
        leaf: Its leaf hash, known to be in the tree, 32 bytes.
        data: Salt and details, or nothing if they were deleted.
        setting: Of this log.
    """
    if not data:
        return Verdict(index, PRUNED)
    try:
        entry = _entry(leaf, data)
    except Fault as fault:
        return Verdict(index, faults=(str(fault),))
    found = Verdict(index, entry.kind, entry.time, entry.code, entry.department)
    if entry.kind == EVENT:
        return found
    found = replace(found, device=device_id(entry.device))
    try:
        signed = _Signed.of(entry, setting.authority)
        found = replace(found, nonce=signed.nonce)
        if entry.kind != ANSWERED:
            return found if not entry.body else replace(found, faults=("body",))
        request = _request(entry, signed.digest)
    except Fault as fault:
        return replace(found, faults=(str(fault),))
    return _with_request(found, entry, request, signed.created, setting)


def opened(data: bytes, setting: Setting) -> Iterator[tuple[Entry, EvaluationRequest, Opened]]:
    """Give what came of each receipt of an entry that :func:`verify` has looked at.

    Where no device signed the request, none of its receipts fits, whatever is in them.
    """
    try:
        entry = Entry.parse(data[SALT_LENGTH:])
        if entry.kind != ANSWERED:
            return
        request = EvaluationRequest.parse(entry.body)
    except (EntryError, MessageError):
        return
    created, fault = entry.time, ""
    try:
        signed = _Signed.of(entry, setting.authority)
        created = signed.created
        _request(entry, signed.digest)
    except Fault as unsigned:
        fault = str(unsigned)
    for one in open_all(request, created, setting):
        yield entry, request, replace(one, fault=fault) if fault else one


def _entry(leaf: bytes, data: bytes) -> Entry:
    salt, details = data[:SALT_LENGTH], data[SALT_LENGTH:]
    try:
        if not hmac.compare_digest(entries.leaf(salt, details), leaf):
            raise Fault("leaf")
        entry = Entry.parse(details)
    except EntryError as error:
        raise Fault("entry") from error
    if not RECEIPT_SKEW < entry.time < _LAST:  # a time that no calendar knows would end more than this entry
        raise Fault("entry")
    return entry


@dataclass(frozen=True, slots=True)
class _Signed:
    """What a device signed: when (Unix seconds), with which nonce, and the digest of which body (32 bytes)."""

    created: int
    nonce: str
    digest: bytes

    @classmethod
    def of(cls, entry: Entry, authority: str) -> "_Signed":
        """Check that the entry's device signed a request to this office, when the entry says."""
        try:
            match = _BASE.fullmatch(entry.base.decode("ascii")) if len(entry.base) <= _LONGEST else None
        except UnicodeDecodeError:
            match = None
        if match is None or match[1] != authority:
            raise Fault("base")
        parameters = dict(parameter.split("=") for parameter in match[3][1:].split(";"))
        named = parameters.get("keyid"), parameters.get("tag")
        if parameters.keys() != set(PARAMETERS) or named != (f'"{device_id(entry.device)}"', f'"{TAG}"'):
            raise Fault("base")
        if not parameters["created"].isdecimal() or not parameters["nonce"].startswith('"'):
            raise Fault("base")
        try:
            VerifyKey(entry.device).verify(entry.base, entry.signature)
        except (BadSignatureError, ValueError) as error:
            raise Fault("signature") from error
        created = int(parameters["created"])
        if abs(entry.time - created) > MAX_SKEW:
            raise Fault("time")
        return cls(created, parameters["nonce"].strip('"'), base64.b64decode(match[2]))


def _request(entry: Entry, digest: bytes) -> EvaluationRequest:
    if not hmac.compare_digest(hashlib.sha256(entry.body).digest(), digest):
        raise Fault("body")
    try:
        return EvaluationRequest.parse(entry.body)
    except MessageError as error:
        raise Fault("body") from error


def _with_request(found: Verdict, entry: Entry, request: EvaluationRequest, created: int, setting: Setting) -> Verdict:
    found = replace(found, user=request.user, question=request.question)
    if request.purpose == ENROLMENT:
        # It comes without receipts, so it must be the safety office's own, and of a device that the auditor signed for.
        strange = entry.device not in setting.publishers
        return replace(found, enrolled=len(request.elements), faults=(ENROLLER,) if strange else ())
    faults = [] if request.receipts else ["missing"]
    if found.code == URGENT and not request.urgent:
        faults.append("reason")
    persons: list[bytes] = []
    reasons: list[str] = []
    canaries = destroyed = 0
    for one in open_all(request, created, setting):
        if one.fault:
            faults.append(one.fault)
        elif one.receipt is None:
            destroyed += 1
        else:
            person = setting.person(one.receipt.keys)
            if hmac.compare_digest(person, setting.canary):
                canaries += 1
            else:
                persons.append(person)
            reasons.append(one.receipt.reason)
    if found.code == URGENT and not all(reason.strip() for reason in reasons):
        faults.append("reason")
    return replace(
        found,
        persons=tuple(persons),
        canaries=canaries,
        destroyed=destroyed,
        reason=next((reason for reason in reasons if reason), "") if found.code == URGENT else "",
        faults=tuple(dict.fromkeys(faults)),
    )
