"""Letters about this office's cases: who may have one made, and that whoever does has looked at the case.

What is in a letter is told by :mod:`obacht_enrollment.letters`, which knows nothing of storage. A letter that is made
is not a letter that was sent: that is put on record with ``obacht_enrollment.cases.service.set_notice``.
"""

from dataclasses import dataclass, replace
from typing import Final

from obacht_enrollment.accounts.roles import Right, User, require
from obacht_enrollment.cases import look_reasons, service
from obacht_enrollment.cases.dates import day_of
from obacht_enrollment.cases.look_reasons import LookReason
from obacht_enrollment.cases.states import CLOSED, State
from obacht_enrollment.errors import LetterError
from obacht_enrollment.language import Language
from obacht_enrollment.letters import of_case
from obacht_enrollment.letters.facts import Addressee, Head
from obacht_enrollment.letters.making import make
from obacht_enrollment.letters.notice import Notice
from obacht_enrollment.letters.sender import Sender
from obacht_enrollment.office import Office

WHY: Final = look_reasons.write(LookReason.LETTER)
"""Why whoever has a letter made looks at the case."""
_DONE: Final = CLOSED | {State.ANONYMISED}


@dataclass(frozen=True, slots=True, repr=False)
class Envelope:
    """Whom a letter goes to, and in which language.

    Attributes:
        addressee: Name and address.
        language: German, or English for a translation that goes along.
        represented: Whether it goes to somebody who represents the person, a parent for instance.
    """

    addressee: Addressee
    language: Language = "de"
    represented: bool = False


def sender(office: Office) -> Sender:
    """Give who writes this office's letters; ``LetterError`` says ``letter-sender`` if nobody has said so."""
    found = office.settings.letters
    if found is None:
        raise LetterError("letter-sender")
    return found


def head(writer: Sender, user: User, now: int, envelope: Envelope, *, number: int, person: str = "") -> Head:
    """Give what stands above every letter to a person concerned.

    Args:
        writer: This office, as :func:`sender` gives it.
        user: Whose name stands below.
        now: Unix seconds; the letter bears this day.
        envelope: Whom it goes to.
        number: Of the case or the request that it is about.
        person: Name of the person concerned, for an addressee who represents them.
    """
    return Head(
        envelope.addressee,
        reference=f"{writer.reference} {number}".strip(),
        date=day_of(now),
        language=envelope.language,
        clerk=user.name,
        on_behalf_of=person if envelope.represented else "",
    )


def notice(office: Office, user: User, number: int, now: int, *, envelope: Envelope, draft: bool = False) -> bytes:
    """Make the letter that tells a person of their entry; the look at the case is put on record.

    Args:
        office: Unlocked.
        user: Who makes it, and whose name stands below.
        number: Of the case.
        now: Unix seconds; the letter bears this day.
        envelope: Whom it goes to.
        draft: To be read, not sent. Of a case that is not in force yet, there are only drafts.

    Returns:
        A PDF (PDF/UA-1).

    Raises:
        ForbiddenError: The user may not.
        CaseError: There is no such case, or it is anonymised.
        LetterError: ``letter-sender``; ``letter-inactive``: the case is not in force; ``letter-nobody``: it is about an
            address alone; ``letter-incomplete`` and what is missing; ``letter-failed``.
        VaultError: The case was tampered with.
        StoreError: The database failed.
    """
    require(user, Right.EDIT_CASES)
    writer = sender(office)
    case = service.look(office, user, number, WHY, now).case
    if case.state in _DONE or (case.state is not State.ACTIVE and not draft):
        raise LetterError("letter-inactive")
    person = of_case.name(case.content)
    if not person:
        raise LetterError("letter-nobody")
    told = of_case.entry(case, envelope.language)
    if case.state is not State.ACTIVE:
        told = replace(told, since=day_of(now))
    return make(Notice(head(writer, user, now, envelope, number=number, person=person), told), writer, draft=draft)
