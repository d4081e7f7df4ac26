"""Letters that answer requests of persons concerned: the answer under Article 15, and decisions.

What is in a letter is told by :mod:`obacht_enrollment.letters`, which knows nothing of storage. Whoever has one made
has looked at the request and at its case, which is put on record; all that is recorded is read out only as a second
person has allowed (:mod:`obacht_enrollment.cases.exports`).
"""

from dataclasses import replace
from typing import Final

from obacht_enrollment import writing
from obacht_enrollment.accounts.roles import Right, User, require
from obacht_enrollment.cases import exports, opening, rectifying, requests, service
from obacht_enrollment.cases.content import Content
from obacht_enrollment.cases.dates import day_of
from obacht_enrollment.cases.exports import Everything
from obacht_enrollment.cases.requests import Kind, Opened, Outcome, Request
from obacht_enrollment.errors import CaseError, LetterError
from obacht_enrollment.letters import decision as decisions
from obacht_enrollment.letters import of_case, of_export
from obacht_enrollment.letters.answer import Answer
from obacht_enrollment.letters.decision import Decision
from obacht_enrollment.letters.facts import Head
from obacht_enrollment.letters.making import make
from obacht_enrollment.office import Office
from obacht_enrollment.writing import WHY, Envelope, sender
from obacht_protocol.encoding import canonical_json

_GRANTED: Final[dict[Kind, decisions.Kind]] = {
    Kind.RECTIFICATION: "rectified",
    Kind.RESTRICTION: "restricted",
    Kind.OBJECTION: "objection-granted",
    Kind.ERASURE: "erased",
}


def is_answer(request: Request) -> bool:
    """Tell whether a request is answered by :func:`answer`, as it stands; otherwise by :func:`decision`."""
    if request.kind is not Kind.ACCESS:
        return False
    if request.outcome is None:
        return request.case is not None
    return request.outcome in {Outcome.GRANTED, Outcome.NOTHING}


def answer(office: Office, user: User, number: int, now: int, *, envelope: Envelope) -> bytes:
    """Make the answer to an access request: all that is recorded of the person, or that nothing is.

    Args:
        office: Unlocked.
        user: Who makes it, whose name stands below, and who asked for the reading out of the case.
        number: Of the request.
        now: Unix seconds; the letter bears this day.
        envelope: Whom it goes to.

    Returns:
        A PDF (PDF/UA-1).

    Raises:
        ForbiddenError: The user may not.
        CaseError: ``request-unknown``, ``request-case``; as :func:`.exports.read` says it, or ``export-none``: the user
            did not ask for it.
        LetterError: ``letter-sender``; ``letter-access``: something else is asked for; ``letter-refused``;
            ``letter-represented``; ``letter-failed``.
        VaultError: Something was tampered with.
        StoreError: The database failed.
    """
    require(user, Right.EDIT_CASES)
    writer = sender(office)
    request = requests.find(office, user, number)
    received = day_of(request.received)
    head = writing.head(writer, user, now, envelope, number=request.case or request.number)
    if request.kind is Kind.ACCESS and request.outcome is Outcome.NOTHING:
        return make(Answer(_for(head, envelope), received), writer)
    everything = _read(office, user, request, now)
    content = everything.case.content
    cases = of_export.told(everything.case, everything.document, envelope.language, contact=_contact(office, content))
    return make(Answer(_for(head, envelope, content), received, cases), writer)


def data(office: Office, user: User, number: int, now: int) -> bytes:
    """Give the same for programs to read (JSON, RFC 8259), if something is recorded; raises as :func:`answer` does."""
    require(user, Right.EDIT_CASES)
    request = requests.find(office, user, number)
    return canonical_json(_read(office, user, request, now).document)


def _read(office: Office, user: User, request: Request, now: int) -> Everything:
    if request.kind is not Kind.ACCESS:
        raise LetterError("letter-access")
    if request.outcome is Outcome.REFUSED:
        raise LetterError("letter-refused")
    if request.case is None:
        raise CaseError("request-case")
    allowed = exports.own(office, user, request.case)
    if allowed is None:
        raise CaseError("export-none")
    return exports.read(office, user, allowed.number, now)


def decision(office: Office, user: User, number: int, now: int, *, envelope: Envelope) -> bytes:
    """Make the letter that tells a person what was decided about their request, or why that takes longer.

    Args:
        office: Unlocked.
        user: Who makes it, and whose name stands below.
        number: Of the request.
        now: Unix seconds; the letter bears this day.
        envelope: Whom it goes to.

    Returns:
        A PDF (PDF/UA-1).

    Raises:
        ForbiddenError: The user may not.
        CaseError: ``request-unknown``, ``erased``.
        LetterError: ``letter-sender``, ``letter-remedies``; ``letter-undecided``; ``letter-answer``: an access request
            that was not refused is answered by :func:`answer`; ``letter-changes``: nothing was rectified;
            ``letter-represented``; ``letter-failed``.
        VaultError: Something was tampered with.
        StoreError: The database failed.
    """
    require(user, Right.EDIT_CASES)
    writer = sender(office)
    request = requests.find(office, user, number)
    if request.outcome is None and not request.extended:
        raise LetterError("letter-undecided")
    if request.outcome is not None and is_answer(request):
        raise LetterError("letter-answer")
    head = writing.head(writer, user, now, envelope, number=request.case or request.number)
    if request.is_erased and request.kind is Kind.ERASURE and request.outcome is Outcome.GRANTED:
        return make(Decision(_for(head, envelope), "erased", day_of(request.decided), day_of(request.received)), writer)
    opened = requests.look(office, user, number, WHY, now)
    before, after = _contents(office, user, request, now)
    head = _for(head, envelope, after)
    return make(_decision(head, opened, before, after), writer)


def _decision(head: Head, opened: Opened, before: Content, after: Content) -> Decision:
    request = opened.request
    received = day_of(request.received)
    if request.outcome is None:
        due = day_of(request.due)
        return Decision(head, "extended", due, received, request=request.kind.value, reason=opened.answer)
    decided, changes = day_of(request.decided), of_case.changes(before, after, head.language)
    if request.outcome is Outcome.GRANTED:
        kind = _GRANTED[request.kind]
        if kind == "rectified" and not changes:
            raise LetterError("letter-changes")
        return Decision(head, kind, decided, received, changes=changes if kind == "rectified" else ())
    is_part = request.outcome is Outcome.PARTLY
    return Decision(
        head,
        "partly" if is_part else "refused",
        decided,
        received,
        request=request.kind.value,
        reason=opened.answer,
        changes=changes if is_part else (),
    )


def _contents(office: Office, user: User, request: Request, now: int) -> tuple[Content, Content]:
    """Give what the case said when the request came, and what it says now; both are empty where there is no case."""
    if request.case is None:
        return Content(), Content()
    if request.outcome in {Outcome.GRANTED, Outcome.PARTLY}:
        return rectifying.compare(office, user, request.case, now, since=request.received, why=WHY)
    view = opening.opened(office, user, request.case, now)
    content = (view or service.look(office, user, request.case, WHY, now)).case.content
    return content, content


def _for(head: Head, envelope: Envelope, content: Content | None = None) -> Head:
    """Say on whose behalf the addressee gets a letter; without what a case says, that is not known."""
    person = of_case.name(content) if content else ""
    if envelope.represented and not person:
        raise LetterError("letter-represented")
    return replace(head, on_behalf_of=person if envelope.represented else "")


def _contact(office: Office, content: Content) -> str:
    found = next((known for known in office.settings.contacts if known.number == content.contact), None)
    return f"{found.office}, {found.phone}" if found else ""
