"""One entry of a key office's log, verified from its leaf down to the receipts in it; nobody's identity comes out."""

import base64
import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlsplit

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from obacht_clients.offices import PATH
from obacht_clients.receipts import month_of
from obacht_protocol import entries
from obacht_protocol.devices import COVERED, MAX_SKEW, PARAMETERS, TAG, device_id
from obacht_protocol.encoding import prefixed
from obacht_protocol.entries import ANSWERED, EVENT, SALT_LENGTH, URGENT, Entry
from obacht_protocol.errors import EncodingError, EntryError, IdentityError, MessageError, ReceiptError
from obacht_protocol.identity import Person
from obacht_protocol.matching import Question
from obacht_protocol.messages import ENROLMENT, KEYS_PER_PERSON, EvaluationRequest
from obacht_protocol.receipts import Receipt

PRUNED: Final = "pruned"
FAULTS: Final = (
    "leaf", "entry", "base", "signature", "time", "body", "missing", "month", "sealed", "form", "subject", "facts",
    "elements", "reason", "replayed",
)  # fmt: skip
"""All that can be wrong with an entry, as codes that :mod:`obacht_clients.words` has sentences for."""
RECEIPT_SKEW: Final = 300
"""Seconds by which a receipt's time may differ from when the request was signed, either way."""

_DUMMY: Final = "D"
_PERSON_LENGTH: Final = 16
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
class Setting:
    """What entries of one log are verified with. It goes to other processes.

    Attributes:
        deployment: The deployment's id.
        authority: For which the devices sign: the office's host and port.
        keys: The auditor's keys by months, 32 bytes each, secret.
        destroyed: Months whose keys were destroyed.
        secret: Under which persons are told apart in this run and in no other, 32 random bytes.
        canary: Under that, the canary.
    """

    deployment: str
    authority: str
    keys: Mapping[str, bytes] = field(repr=False)
    destroyed: frozenset[str]
    secret: bytes = field(repr=False)
    canary: bytes = b""

    @classmethod
    def of(
        cls,
        *,
        deployment: str,
        origin: str,
        keys: Mapping[str, bytes],
        destroyed: frozenset[str],
        secret: bytes,
        canary: Question,
    ) -> "Setting":
        """Make it for the office with this origin."""
        setting = cls(deployment, authority_of(origin), keys, destroyed, secret)
        return replace(setting, canary=setting.person(canary))

    def person(self, keys: Question) -> bytes:
        """Give 16 bytes that are the same for whoever sounds the same, and say nothing without the secret."""
        encoded = sorted(key.encode() for key in keys if key.kind != _DUMMY)
        return hmac.digest(self.secret, prefixed(encoded), "sha256")[:_PERSON_LENGTH]


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
    return _with_request(found, request, signed.created, setting)


def opened(data: bytes, setting: Setting) -> Iterator[tuple[Entry, EvaluationRequest, int, Receipt]]:
    """Give what can be opened of an entry that :func:`verify` has looked at: each receipt with its place."""
    try:
        entry = Entry.parse(data[SALT_LENGTH:])
        if entry.kind != ANSWERED:
            return
        request = EvaluationRequest.parse(entry.body)
    except (EntryError, MessageError):
        return
    for place, sealed in enumerate(request.receipts):
        receipt = _open(sealed, entry.time, setting)
        if isinstance(receipt, Receipt):
            yield entry, request, place, receipt


def authority_of(origin: str) -> str:
    """Give ``@authority`` (RFC 9421, section 2.2.3) of an origin: without the port that the scheme implies."""
    parts = urlsplit(origin.lower())
    return parts.netloc.removesuffix({"http": ":80", "https": ":443"}[parts.scheme])


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


def _with_request(found: Verdict, request: EvaluationRequest, created: int, setting: Setting) -> Verdict:
    found = replace(found, user=request.user, question=request.question)
    if request.purpose == ENROLMENT:
        return replace(found, enrolled=len(request.elements))
    faults = [] if request.receipts else ["missing"]
    if found.code == URGENT and not request.urgent:
        faults.append("reason")
    persons: list[bytes] = []
    reasons: list[str] = []
    canaries = destroyed = 0
    for place, sealed in enumerate(request.receipts):
        receipt = _open(sealed, created, setting)
        if receipt is None:
            destroyed += 1
            continue
        if isinstance(receipt, str):
            faults.append(receipt)
            continue
        own = request.elements[place * KEYS_PER_PERSON : (place + 1) * KEYS_PER_PERSON]
        fault = _fault(receipt, request, created, own, setting.deployment)
        if fault:
            faults.append(fault)
            continue
        person = setting.person(receipt.keys)
        if hmac.compare_digest(person, setting.canary):
            canaries += 1
        else:
            persons.append(person)
        reasons.append(receipt.reason)
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


def _open(sealed: bytes, created: int, setting: Setting) -> Receipt | str | None:
    """Open a receipt; a fault's code if that is impossible, or None if its key was destroyed."""
    # Around midnight of a month's last day the asking clock may have been in another month than the signing one.
    months = dict.fromkeys(month_of(created + skew) for skew in (0, -RECEIPT_SKEW, RECEIPT_SKEW))
    known = [setting.keys[month] for month in months if month in setting.keys]
    if not known:
        return None if setting.destroyed & months.keys() else "month"
    fault = "sealed"
    for key in known:
        try:
            return Receipt.open(sealed, key)
        except ReceiptError as error:
            fault = error.code
            if fault != "sealed":
                break
    return None if fault == "sealed" and setting.destroyed & months.keys() else fault


def _fault(
    receipt: Receipt, request: EvaluationRequest, created: int, elements: Sequence[bytes], deployment: str
) -> str:
    said = (receipt.question, receipt.epoch, receipt.purpose, receipt.user)
    if said != (request.question, request.epoch, request.purpose, request.user):
        return "facts"
    if abs(receipt.time - created) > RECEIPT_SKEW:
        return "facts"
    try:
        _check_age(receipt)
        receipt.check(elements, deployment)
    except (ReceiptError, IdentityError, EncodingError) as error:
        return error.code if isinstance(error, ReceiptError) else "subject"
    return ""


def _check_age(receipt: Receipt) -> None:
    """Refuse whom no client could have asked about: somebody born after the question."""
    if isinstance(receipt.subject, Person):
        day = dt.datetime.fromtimestamp(receipt.time, dt.UTC).date() + dt.timedelta(days=1)
        receipt.subject.check(day)
