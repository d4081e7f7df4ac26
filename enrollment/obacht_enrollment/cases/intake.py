"""Cases from files: each awaits a second person at once, and one approval puts a whole file in force."""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy import select

from obacht_enrollment.accounts.roles import Right, User, require
from obacht_enrollment.cases import workflow
from obacht_enrollment.cases.content import Content
from obacht_enrollment.cases.history import Deed
from obacht_enrollment.cases.obstacles import Rules, is_minor
from obacht_enrollment.cases.row import CaseRow
from obacht_enrollment.cases.service import approve_held
from obacht_enrollment.cases.states import Origin, State
from obacht_enrollment.cases.tables import ApprovalRow
from obacht_enrollment.cases.transaction import Held, Transaction, rules, writing
from obacht_enrollment.errors import CaseError
from obacht_enrollment.office import Office

_AT_ONCE: Final = 500
"""So many cases are approved in one transaction."""


@dataclass(slots=True)
class Forecast:
    """What the approval of an import would do. It holds nothing personal.

    Attributes:
        active: So many cases would be in force.
        entries: So many entries of the register would stand for them.
        levels: How many of them are of which level.
        waiting: Numbers of those that would wait for a third person.
        left: Those that cannot be approved, each with the reason.
        seen: Says which cases these are, and in which version: whoever approves hands it back.
    """

    active: int = 0
    entries: int = 0
    levels: Counter[int] = field(default_factory=Counter)
    waiting: list[int] = field(default_factory=list)
    left: list[tuple[int, CaseError]] = field(default_factory=list)
    seen: str = ""


@dataclass(slots=True)
class Approved:
    """What became of the cases of an import.

    Attributes:
        active: So many are in force now.
        waiting: Numbers of those that wait for a third person.
        left: Those that could not be approved, each with the reason.
    """

    active: int = 0
    waiting: list[int] = field(default_factory=list)
    left: list[tuple[int, CaseError]] = field(default_factory=list)


def take_in(
    transaction: Transaction, user: User, entries: Iterable[tuple[Content, bytes]], imported: int | None
) -> list[int]:
    """Add cases that await a second person.

    Args:
        transaction: To which it belongs.
        user: Who imports them; they cannot approve them.
        entries: What each case says, and the keyed hash (32 bytes) by which its line is known again.
        imported: Number of the import.

    Returns:
        The cases' numbers.

    Raises:
        ForbiddenError: The user may not.
        CaseError: ``obstacles``: a case cannot be in force as it is.
    """
    require(user, Right.EDIT_CASES)
    rules = transaction.rules
    cases = [
        (
            workflow.submit(workflow.begin(_with_review(content, rules), user, rules, Origin.IMPORT), user, rules),
            {"imported": imported, "fingerprint": fingerprint},
        )
        for content, fingerprint in entries
    ]
    return transaction.add(cases, user.id, Deed.IMPORTED)


def _with_review(content: Content, rules: Rules) -> Content:
    """Let a case be looked at again in time, where its line names no day for that."""
    if content.review is not None or content.end is None:
        return content
    last = rules.retention.last_review(rules.today, minor=is_minor(content, rules.today))
    return replace(content, review=min(last, content.end))


def known(office: Office) -> frozenset[bytes]:
    """Give the keyed hashes of all lines that were taken in, but of cases that are anonymised."""
    with office.store.database.reading() as session:
        found = session.scalars(select(CaseRow.fingerprint))
        return frozenset(one for one in found if one is not None)


def known_of(transaction: Transaction, fingerprints: Collection[bytes]) -> frozenset[bytes]:
    """Give those of these keyed hashes whose lines were taken in, of cases that are not anonymised."""
    chosen = select(CaseRow.fingerprint).where(CaseRow.fingerprint.in_(fingerprints))
    return frozenset(one for one in transaction.session.scalars(chosen) if one is not None)


def forecast(office: Office, user: User, imported: int, now: int) -> Forecast:
    """Say what :func:`approve` would do, and do nothing; arguments and errors as there."""
    require(user, Right.APPROVE)
    found = Forecast()
    last = 0
    with office.store.database.reading() as session:
        transaction = Transaction(session, office, rules(office, now))
        found.seen = _seen(_versions(transaction, imported))
        while batch := _awaiting(transaction, imported, last):
            for held in batch:
                _foresee(transaction, held, user, found)
            last = batch[-1].row.number
            session.expunge_all()
    return found


def _foresee(transaction: Transaction, held: Held, user: User, found: Forecast) -> None:
    try:
        after = workflow.approve(held.case, user, transaction.rules)
    except CaseError as error:
        found.left.append((held.row.number, error))
        return
    if after.state is State.ACTIVE:
        found.active += 1
        found.entries += len(after.published())
        found.levels[after.content.level] += 1
    else:
        found.waiting.append(held.row.number)


def approve(
    office: Office,
    user: User,
    imported: int,
    now: int,
    *,
    seen: str | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Approved:
    """Approve all cases of an import that await a second person; those that cannot be are left and told.

    Args:
        office: Unlocked.
        user: Who approves; not who imported them.
        imported: Number of the import.
        now: Unix seconds.
        seen: Of the :func:`forecast` that they have seen; None if it does not matter.
        progress: Told after each transaction how many cases were dealt with.

    Raises:
        ForbiddenError: The user may not.
        CaseError: ``own-work``: none was approved, because it was the user's own import; ``import-changed``: none was,
            because a case is another than it was seen.
        VaultError: A case was tampered with.
    """
    require(user, Right.APPROVE)
    done = Approved()
    last, count = 0, 0
    versions: dict[int, int] | None = None
    while True:
        with writing(office, now) as transaction:
            if versions is None:
                versions = _versions(transaction, imported)
                if seen is not None and seen != _seen(versions):
                    raise CaseError("import-changed")
            batch = _awaiting(transaction, imported, last)
            for held in batch:
                if versions.get(held.row.number) == held.row.version:
                    _approve(transaction, held, user, done)
                else:
                    done.left.append((held.row.number, CaseError("changed", number=held.row.number)))
        if not batch:
            break
        last, count = batch[-1].row.number, count + len(batch)
        progress(count)
    if done.left and not done.active and not done.waiting and all(error.code == "own-work" for _, error in done.left):
        raise CaseError("own-work")
    return done


def _approve(transaction: Transaction, held: Held, user: User, done: Approved) -> None:
    try:
        after = approve_held(transaction, held, user)
    except CaseError as error:
        done.left.append((held.row.number, error))
        return
    if after.state is State.ACTIVE:
        done.active += 1
    else:
        done.waiting.append(held.row.number)


def _versions(transaction: Transaction, imported: int) -> dict[int, int]:
    rows = transaction.session.execute(
        select(CaseRow.number, CaseRow.version)
        .where(CaseRow.imported == imported, CaseRow.state == State.AWAITING)
        .order_by(CaseRow.number)
    )
    return {number: version for number, version in rows}  # noqa: C416 - rows are no tuples to a type checker


def _seen(versions: Mapping[int, int]) -> str:
    return hashlib.sha256(repr(sorted(versions.items())).encode()).hexdigest()


def _awaiting(transaction: Transaction, imported: int, after: int) -> list[Held]:
    """Open the next cases of an import that await a second person, in the order of their numbers."""
    session = transaction.session
    rows = session.scalars(
        select(CaseRow)
        .where(CaseRow.imported == imported, CaseRow.state == State.AWAITING, CaseRow.number > after)
        .order_by(CaseRow.number)
        .limit(_AT_ONCE)
    ).all()
    given: dict[int, list[ApprovalRow]] = {row.number: [] for row in rows}
    approvals: Sequence[ApprovalRow] = session.scalars(
        select(ApprovalRow).where(ApprovalRow.case.in_(list(given))).order_by(ApprovalRow.number)
    ).all()
    for approval in approvals:
        given[approval.case].append(approval)
    return [transaction.open(row, given[row.number]) for row in rows]
