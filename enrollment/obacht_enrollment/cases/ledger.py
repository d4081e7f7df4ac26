"""Between cases and their rows: sealing what is personal, and opening it again."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from obacht_enrollment import ledger
from obacht_enrollment.cases.case import Approval, Case, Proposal
from obacht_enrollment.cases.content import Content
from obacht_enrollment.cases.row import CaseRow
from obacht_enrollment.cases.states import Act, EndReason, Origin, State
from obacht_enrollment.cases.tables import ApprovalRow
from obacht_enrollment.errors import CaseError, VaultError
from obacht_enrollment.records import Record, encode_subject
from obacht_enrollment.tables import RecordRow
from obacht_enrollment.vault import RecordKey, Vault
from obacht_protocol.encoding import canonical_json, parse_json
from obacht_protocol.errors import EncodingError

_ID_LENGTH: Final = 16


@dataclass(frozen=True, slots=True, repr=False)
class Facts:
    """What the statistics need of a case; it says nothing of a person, and stays when the case is anonymised.

    Attributes:
        level: 2 or 3.
        ground: Its kind.
        kinds: Of its incidents.
    """

    level: int
    ground: str
    kinds: tuple[str, ...]

    @classmethod
    def of(cls, content: Content) -> "Facts":
        """Give the facts of a case."""
        kinds = sorted({incident.kind for incident in content.incidents})
        return cls(content.level, content.ground.kind, tuple(kinds))


def new_row(vault: Vault, case: Case) -> dict[str, Any]:
    """Make the columns of a new case, with a key of its own."""
    case_id = os.urandom(_ID_LENGTH)
    key, wrapped = vault.new_record_key(case_id)
    return {"id": case_id, "wrapped_key": wrapped, "version": 1, "facts": b"", **columns(vault, case_id, key, case)}


def columns(vault: Vault, case_id: bytes, key: RecordKey, case: Case, *, before: Case | None = None) -> dict[str, Any]:
    """Make the columns that follow from what a case is at this moment.

    Args:
        vault: Seals the facts.
        case_id: Of the case, 16 bytes.
        key: Of the case.
        case: As it is now.
        before: As it lies in the database: what says the same there stays as it is sealed.
    """
    proposal = case.proposal
    values: dict[str, Any] = {
        "state": case.state.value,
        "origin": case.origin.value,
        "level": case.content.level,
        "restricted": case.restricted,
        "hands": ",".join(map(str, sorted(case.hands))),
        "awaiting": proposal.act.value if proposal else "",
        "proposed_by": proposal.by if proposal else None,
        "proposed_at": proposal.at if proposal else 0,
        "activated": case.activated,
        "touched": case.touched,
        "review_due": case.review_due,
        "ends": case.ends,
        "closed": case.closed,
        "end_reason": case.end_reason.value if case.end_reason else "",
        "proposal": key.seal("proposal", _encode_proposal(proposal)) if proposal else b"",
    }
    says_the_same = before is not None and before.content == case.content
    if not says_the_same:
        values["content"] = key.seal("content", case.content.encode())
    if case.state is State.ACTIVE and not (says_the_same and before is not None and before.state is State.ACTIVE):
        values["facts"] = _seal_facts(vault, case_id, Facts.of(case.content))
    return values


def open_key(vault: Vault, row: CaseRow) -> RecordKey:
    """Unwrap a case's key.

    Raises:
        CaseError: ``anonymised``: there is none any more, or will be none in a moment.
        VaultError: ``case``, with its number: it was tampered with.
    """
    if row.state == State.ANONYMISED:
        raise CaseError("anonymised")
    try:
        return vault.record_key(row.id, row.wrapped_key)
    except VaultError as error:
        raise VaultError("case", number=row.number) from error


def open_case(row: CaseRow, key: RecordKey, approvals: Iterable[ApprovalRow]) -> Case:
    """Open a case; ``VaultError`` (``case``, with its number) if it was tampered with."""
    try:
        content = Content.parse(key.open("content", row.content))
        proposal = _decode_proposal(row, key.open("proposal", row.proposal)) if row.proposal else None
    except (VaultError, CaseError) as error:
        raise VaultError("case", number=row.number) from error
    return _case(row, content, proposal, approvals)


def unopened(row: CaseRow) -> Case:
    """Give a case as far as it is not sealed."""
    return _case(row, Content(), None, ())


def _case(row: CaseRow, content: Content, proposal: Proposal | None, approvals: Iterable[ApprovalRow]) -> Case:
    given = [(one.pending, Approval(one.user, one.at)) for one in approvals]
    if proposal:
        waiting = tuple(approval for pending, approval in given if pending)
        proposal = Proposal(proposal.act, proposal.by, proposal.at, proposal.reason, proposal.content, waiting)
    return Case(
        state=State(row.state),
        content=content,
        origin=Origin(row.origin),
        hands=frozenset(int(user) for user in row.hands.split(",") if user),
        proposal=proposal,
        approvals=tuple(approval for pending, approval in given if not pending),
        restricted=row.restricted,
        activated=row.activated,
        touched=row.touched,
        closed=row.closed,
        end_reason=EndReason(row.end_reason) if row.end_reason else None,
    )


def _encode_proposal(proposal: Proposal) -> bytes:
    content = None if proposal.content is None else parse_json(proposal.content.encode())
    return canonical_json({"reason": proposal.reason, "content": content})


def _decode_proposal(row: CaseRow, data: bytes) -> Proposal:
    try:
        body = parse_json(data)
        content = None if body["content"] is None else Content.parse(canonical_json(body["content"]))
        return Proposal(Act(row.awaiting), row.proposed_by or 0, row.proposed_at, str(body["reason"]), content)
    except (EncodingError, KeyError, TypeError, ValueError) as error:
        raise VaultError("sealed") from error


def open_facts(vault: Vault, row: CaseRow) -> Facts | None:
    """Open the facts of a case; None if it never was in force."""
    if not row.facts:
        return None
    try:
        body = parse_json(vault.open_file(facts_name(row.id), row.facts))
        return Facts(int(body["level"]), str(body["ground"]), tuple(map(str, body["kinds"])))
    except (VaultError, EncodingError, KeyError, TypeError, ValueError) as error:
        raise VaultError("case", number=row.number) from error


def _seal_facts(vault: Vault, case_id: bytes, facts: Facts) -> bytes:
    body = {"level": facts.level, "ground": facts.ground, "kinds": list(facts.kinds)}
    return vault.seal_file(facts_name(case_id), canonical_json(body))


def facts_name(case_id: bytes) -> str:
    """Name the facts of a case for the vault."""
    return f"case-facts/{case_id.hex()}"


def record_row(vault: Vault, number: int, case_id: bytes, record: Record, now: int) -> RecordRow:
    """Make the row of a record that stands for a case; ground and file number stand in the case alone."""
    row = ledger.seal(vault, record, taken_in=now)
    row.case, row.fingerprint = number, record_fingerprint(vault, case_id, record)
    row.ground = row.file_number = b""
    return row


def record_fingerprint(vault: Vault, case_id: bytes, record: Record) -> bytes:
    """Give the keyed hash (32 bytes) by which the record of one subject of a case is found again."""
    return vault.fingerprint(b"case|" + case_id + encode_subject(record.subject))
