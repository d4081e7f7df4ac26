"""Letters that tell a person what becomes of their entry without their asking: it ended, or a restriction will end."""

import datetime as dt
from collections.abc import Mapping
from typing import Final

from obacht_enrollment import writing
from obacht_enrollment.accounts.roles import Right, User, require
from obacht_enrollment.cases import service
from obacht_enrollment.cases.case import Case
from obacht_enrollment.cases.dates import day_of
from obacht_enrollment.cases.states import CLOSED, Act, EndReason, State
from obacht_enrollment.errors import LetterError
from obacht_enrollment.letters import of_case
from obacht_enrollment.letters.decision import Cause, Decision
from obacht_enrollment.letters.facts import Head
from obacht_enrollment.letters.making import make
from obacht_enrollment.office import Office
from obacht_enrollment.writing import WHY, Envelope, sender

_CAUSES: Final[Mapping[EndReason, Cause]] = {
    EndReason.GROUND: "ground",
    EndReason.OBJECTION: "objection",
    EndReason.ERROR: "error",
}


def cause(case: Case) -> Cause | None:
    """Name why an entry ended, as the letter says it; None if it did not, was never in force, or is erased."""
    if case.state not in CLOSED or not case.activated:
        return None
    if case.state is State.EXPIRED:
        return "expired"
    return _CAUSES.get(case.end_reason) if case.end_reason else None


def is_to_be_lifted(case: Case) -> bool:
    """Tell whether a restriction is to end, which the person is told beforehand (GDPR, Article 18, paragraph 3)."""
    return case.proposal is not None and case.proposal.act is Act.LIFT


def ending(office: Office, user: User, number: int, now: int, *, envelope: Envelope) -> bytes:
    """Make the letter that tells a person that their entry ended; the look at the case is put on record.

    Args:
        office: Unlocked.
        user: Who makes it, and whose name stands below.
        number: Of the case.
        now: Unix seconds; the letter bears this day.
        envelope: Whom it goes to.

    Returns:
        A PDF (PDF/UA-1).

    Raises:
        ForbiddenError: The user may not.
        CaseError: There is no such case, or it is anonymised.
        LetterError: ``letter-sender``; ``letter-not-ended``; ``letter-nobody``; ``letter-failed``.
        VaultError: The case was tampered with.
        StoreError: The database failed.
    """
    case, head = _opened(office, user, number, now, envelope)
    why = cause(case)
    if why is None:
        raise LetterError("letter-not-ended")
    return make(Decision(head, "ended", day_of(case.closed), cause=why), sender(office))


def lifting(office: Office, user: User, number: int, now: int, *, envelope: Envelope, effective: dt.date) -> bytes:
    """Make the letter that tells a person that, and why, the restriction of their entry will end.

    Arguments and errors are those of :func:`ending`, but for:

    Args:
        office: Unlocked.
        user: Who makes it.
        number: Of the case.
        now: Unix seconds.
        envelope: Whom it goes to.
        effective: Day on which the restriction ends, not before ``now``.

    Raises:
        LetterError: ``letter-not-lifted``: nobody proposed that; ``letter-past``.
    """
    case, head = _opened(office, user, number, now, envelope)
    if case.proposal is None or not is_to_be_lifted(case):
        raise LetterError("letter-not-lifted")
    if effective < day_of(now):
        raise LetterError("letter-past")
    return make(Decision(head, "restriction-lifted", effective, reason=case.proposal.reason), sender(office))


def _opened(office: Office, user: User, number: int, now: int, envelope: Envelope) -> tuple[Case, Head]:
    require(user, Right.EDIT_CASES)
    writer = sender(office)
    case = service.look(office, user, number, WHY, now).case
    person = of_case.name(case.content)
    if not person:
        raise LetterError("letter-nobody")
    return case, writing.head(writer, user, now, envelope, number=number, person=person)
