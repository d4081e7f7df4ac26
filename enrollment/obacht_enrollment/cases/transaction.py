"""One transaction over cases: what changes, its records and its history are written together, or nothing is."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from obacht_enrollment.cases import history, ledger
from obacht_enrollment.cases.case import Case
from obacht_enrollment.cases.history import START, Deed, Link
from obacht_enrollment.cases.obstacles import Rules
from obacht_enrollment.cases.row import CaseRow
from obacht_enrollment.cases.tables import ApprovalRow, EventRow, HistoryHead, LookRow
from obacht_enrollment.errors import CaseError
from obacht_enrollment.office import Office
from obacht_enrollment.records import Record
from obacht_enrollment.tables import RecordRow, RegisterChange
from obacht_enrollment.vault import RecordKey
from obacht_protocol.encoding import canonical_json


@dataclass(frozen=True, slots=True, repr=False)
class Held:
    """A case within a transaction.

    Attributes:
        row: As it lies in the database.
        key: Its own key.
        case: Opened.
        approvals: Its approvals as they lie in the database.
    """

    row: CaseRow
    key: RecordKey
    case: Case
    approvals: Sequence[ApprovalRow]


@dataclass(frozen=True, slots=True, repr=False)
class _Event:
    case: int | None
    user: int | None
    what: Deed
    detail: Mapping[str, Any] | None
    key: RecordKey | None


@dataclass(slots=True, repr=False)
class Transaction:
    """What :func:`writing` hands to a block.

    Attributes:
        session: Of the transaction, for what else belongs into it.
        office: Unlocked.
        rules: What cases are measured by, and the time.
    """

    session: Session
    office: Office
    rules: Rules
    _events: list[_Event] = field(default_factory=list)
    _register_changed: bool = False

    def load(self, number: int, version: int | None = None) -> Held:
        """Open a case that is not anonymised.

        Args:
            number: Of the case.
            version: The version that somebody has seen; None if it does not matter.

        Raises:
            CaseError: ``case-unknown``; ``changed``: somebody changed it since; ``anonymised``.
            VaultError: It was tampered with.
        """
        row = self.row(number)
        if version is not None and row.version != version:
            raise CaseError("changed", number=number)
        approvals = select(ApprovalRow).where(ApprovalRow.case == number).order_by(ApprovalRow.number)
        return self.open(row, self.session.scalars(approvals).all())

    def row(self, number: int) -> CaseRow:
        """Find a case without opening it; ``CaseError`` (``case-unknown``) if there is none."""
        row = self.session.get(CaseRow, number)
        if row is None:
            raise CaseError("case-unknown", number=number)
        return row

    def open(self, row: CaseRow, approvals: Sequence[ApprovalRow]) -> Held:
        """Open a case whose row and approvals are at hand; raises as :meth:`load` does."""
        key = ledger.open_key(self.office.vault, row)
        return Held(row, key, ledger.open_case(row, key, approvals), approvals)

    def add(self, cases: Iterable[tuple[Case, Mapping[str, Any]]], user: int | None, what: Deed) -> list[int]:
        """Add new cases.

        Args:
            cases: Each with the columns that do not follow from it (``imported``, ``report``, ``fingerprint``).
            user: Who does it.
            what: What is done, for the history.

        Returns:
            Their numbers, in the same order.
        """
        rows = [ledger.new_row(self.office.vault, case) | dict(extra) for case, extra in cases]
        if not rows:
            return []
        numbers = list(
            self.session.scalars(insert(CaseRow).returning(CaseRow.number, sort_by_parameter_order=True), rows)
        )
        self._events += [_Event(number, user, what, None, None) for number in numbers]
        return numbers

    def save(self, held: Held, after: Case) -> None:
        """Write what a case is now: its columns, approvals and records."""
        row = held.row
        values = ledger.columns(self.office.vault, row.id, held.key, after, before=held.case)
        values["version"] = row.version + 1
        for name, value in values.items():
            setattr(row, name, value)
        self._save_approvals(held, after)
        before, now = (set(case.published()) for case in (held.case, after))
        if before != now:
            self._save_records(row, now, had_some=bool(before))

    def close(self, row: CaseRow, after: Case, what: Deed, user: int | None = None) -> None:
        """Write that a case is over or anonymised, and put it on the history, without opening the case.

        What an anonymised case holds is still to be erased (:mod:`~.erasing`).
        """
        row.state, row.closed, row.end_reason = after.state, after.closed, after.end_reason or ""
        row.awaiting, row.proposed_by, row.proposed_at, row.proposal = "", None, 0, b""
        row.version += 1
        self.session.execute(delete(ApprovalRow).where(ApprovalRow.case == row.number, ApprovalRow.pending))
        gone = self.session.execute(delete(RecordRow).where(RecordRow.case == row.number).returning(RecordRow.number))
        self._register_changed |= bool(gone.all())
        self._events.append(_Event(row.number, user, what, None, None))

    def note(self, held: Held, user: int | None, what: Deed, detail: Mapping[str, Any] | None = None) -> None:
        """Put on the history that somebody did something with a case; ``detail`` is sealed with it."""
        self._events.append(_Event(held.row.number, user, what, detail or None, held.key))

    def note_apart(self, user: int | None, what: Deed) -> None:
        """Put on the history that somebody did something that concerns no case."""
        self._events.append(_Event(None, user, what, None, None))

    def look(self, held: Held, user: int, why: str) -> None:
        """Put on record that somebody looks at a case; ``CaseError`` (``why``) if they give no reason."""
        if not why.strip():
            raise CaseError("why")
        self.session.add(
            LookRow(case=held.row.number, user=user, at=self.rules.now, why=held.key.seal("look", why.encode()))
        )

    def look_beside(self, case: int | None, user: int, why: str, what: Deed) -> None:
        """Put on record that somebody reads a paper about a case, or ``what`` was read if it is about none.

        Raises:
            CaseError: ``why``: they give no reason; ``case-unknown``, ``anonymised``.
        """
        if case is not None:
            self.look(self.load(case), user, why)
        elif why.strip():
            self.note_apart(user, what)
        else:
            raise CaseError("why")

    def _save_approvals(self, held: Held, after: Case) -> None:
        """Add what was given now; what waited either counts now, waits on, or fell with its proposal."""
        number = held.row.number
        counting = [row for row in held.approvals if not row.pending]
        waiting = {(row.user, row.at): row for row in held.approvals if row.pending}
        still = after.proposal.approvals if after.proposal else ()
        for pending, approvals in ((False, after.approvals[len(counting) :]), (True, still)):
            for one in approvals:
                row = waiting.pop((one.user, one.at), None)
                if row is None:
                    self.session.add(ApprovalRow(case=number, user=one.user, at=one.at, pending=pending))
                else:
                    row.pending = pending
        for row in waiting.values():
            self.session.delete(row)

    def _save_records(self, row: CaseRow, records: Iterable[Record], *, had_some: bool) -> None:
        """Let the records of a case be those that stand for it; those that do already stay enrolled."""
        vault = self.office.vault
        wanted = {ledger.record_fingerprint(vault, row.id, record): record for record in records}
        if had_some:
            for there in self.session.scalars(select(RecordRow).where(RecordRow.case == row.number)):
                record = wanted.pop(there.fingerprint, None)
                if record is None:
                    self.session.delete(there)
                else:
                    there.level, there.contact, there.valid_until = record.level, record.contact, record.valid_until
        for record in wanted.values():
            self.session.add(ledger.record_row(vault, row.number, row.id, record, self.rules.now))
        self._register_changed = True

    def change_register(self) -> None:
        """Let the service know that what is published is another now."""
        self._register_changed = True

    def finish(self) -> None:
        """Write the history, and let the service know if what is published is another now."""
        if self._register_changed:
            count = self.session.scalar(select(RegisterChange.count)) or 0
            self.session.merge(RegisterChange(key=1, count=count + 1))
        if self._events:
            self._chain()

    def _chain(self) -> None:
        last = self.session.execute(
            select(EventRow.sequence, EventRow.link).order_by(EventRow.sequence.desc()).limit(1)
        ).one_or_none()
        sequence, link = (last.sequence, last.link) if last else (0, START)
        may_sign = self._ends_as_signed(sequence, link)
        rows = []
        for event in self._events:
            sequence += 1
            detail = b""
            if event.detail is not None and event.key is not None:
                detail = event.key.seal(f"event/{sequence}", canonical_json(dict(event.detail)))
            written = Link(sequence, event.case, self.rules.now, event.user, event.what, history.digest(detail))
            link = written.after(link)
            rows.append(
                {
                    "sequence": sequence,
                    "case": event.case,
                    "at": written.at,
                    "user": event.user,
                    "what": event.what.value,
                    "detail": detail,
                    "digest": written.digest,
                    "link": link,
                }
            )
        self.session.flush()
        self.session.execute(insert(EventRow), rows)
        if may_sign:
            note = history.sign(self.rules.deployment, sequence, link, self.office.keys.head)
            self.session.merge(HistoryHead(key=1, note=note))

    def _ends_as_signed(self, count: int, last: bytes) -> bool:
        """Tell whether nobody was at the end of the history: a new signature would hide that."""
        note = self.session.scalar(select(HistoryHead.note)) or b""
        try:
            history.check_end(note, count, last, self.rules.deployment, self.office.keys.head.verify_key)
        except CaseError:
            return False
        return True


def rules(office: Office, now: int) -> Rules:
    """Give what cases are measured by at ``now`` (Unix seconds)."""
    settings = office.settings
    return Rules(settings.deployment, settings.contact_numbers, settings.retention, now)


@contextmanager
def writing(office: Office, now: int) -> Iterator[Transaction]:
    """Change cases, all of it or nothing, after whoever else is writing.

    Args:
        office: Unlocked.
        now: Unix seconds.

    Raises:
        StoreError: The database failed.
    """
    with office.store.database.writing() as session:
        transaction = Transaction(session, office, rules(office, now))
        yield transaction
        transaction.finish()
