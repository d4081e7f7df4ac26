"""Who asked about one given person: the questions whose receipts are about somebody who may be meant."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from obacht_clients.audit.examining import Item
from obacht_clients.audit.setting import Setting
from obacht_clients.audit.verifying import Verdict, opened, verify
from obacht_clients.given_name_forms import other_forms
from obacht_protocol import matching, sketch
from obacht_protocol.entries import URGENT
from obacht_protocol.errors import IdentityError
from obacht_protocol.identity import Address, Person
from obacht_protocol.matching import MatchKey

_ENTRY_KEY: Final = bytes(32)
"""Any will do: the sketch is drawn for the comparison alone."""
_DUMMY: Final = "D"


@dataclass(frozen=True, slots=True, repr=False)
class Sought:
    """Whom or what it is about, and the epoch's threshold of the decision rule; it goes to other processes."""

    setting: Setting
    subject: Person | Address
    possible: int


@dataclass(frozen=True, slots=True)
class Found:
    """A question with a receipt about whoever was sought; nothing in it says who that is.

    Attributes:
        question: Its id, 16 bytes.
        place: The place among the persons of a list.
        time: Unix seconds.
        department: Who asked.
        purpose: Identifier of the purpose.
        reference: The file's reference.
        urgent: Whether it went over its quota.
        fault: Code of why the receipt does not fit what was asked, so that it proves no question about them; empty if
            it fits.
        offices: The key offices on whose logs it stands.
    """

    question: bytes
    place: int
    time: int
    department: str
    purpose: str
    reference: str
    urgent: bool
    fault: str
    offices: tuple[str, ...] = ()


def look(item: Item, sought: Sought) -> tuple[Verdict, tuple[Found, ...]]:
    """Verify an entry, and give the questions in it whose receipts are about whoever is sought."""
    verdict = verify(*item, sought.setting)
    if "leaf" in verdict.faults or "entry" in verdict.faults:
        return verdict, ()
    return verdict, tuple(
        Found(
            question=request.question,
            place=one.place,
            time=entry.time,
            department=entry.department,
            purpose=request.purpose,
            reference=one.receipt.reference,
            urgent=entry.code == URGENT,
            fault=one.fault,
        )
        for entry, request, one in opened(item[2], sought.setting)
        if one.receipt is not None and is_about(one.receipt.subject, sought.subject, sought.possible)
    )


def merged(found: Iterable[tuple[str, Found]]) -> list[Found]:
    """Put together what stands alike on several offices' logs (named first), the oldest question first."""
    by_facts: dict[tuple[object, ...], Found] = {}
    for office, one in found:
        # Not by the question's id alone: a client may have told every office something else under one id. Whether it
        # was over quota, and what the department is called, each office says for itself.
        facts = (one.question, one.place, one.purpose, one.reference, one.fault)
        known = by_facts.setdefault(facts, one)
        by_facts[facts] = replace(
            known,
            offices=tuple(dict.fromkeys([*known.offices, office])),
            time=min(known.time, one.time),
            urgent=known.urgent or one.urgent,
        )
    return sorted(by_facts.values(), key=lambda one: (one.time, one.question, one.place))


def is_about(asked: Person | Address, sought: Person | Address, possible: int) -> bool:
    """Tell whether a question about ``asked`` may have meant ``sought``, or the other way round.

    They must have a match key in common, as a question and a record would, and persons must be graded "possible" at
    least.
    """
    if isinstance(asked, Address) or isinstance(sought, Address):
        return isinstance(asked, Address) and isinstance(sought, Address) and _share_a_key(asked, sought)
    return _share_a_key(asked, sought) and (_fits(asked, sought, possible) or _fits(sought, asked, possible))


def _share_a_key(one: Person | Address, other: Person | Address) -> bool:
    return not _asked(one).isdisjoint(_recorded(other)) or not _asked(other).isdisjoint(_recorded(one))


def _asked(subject: Person | Address) -> set[MatchKey]:
    try:
        keys = (
            matching.address_question_keys(subject) if isinstance(subject, Address) else matching.question_keys(subject)
        )
    except IdentityError:  # a range of house numbers, which no question can be about
        return set()
    return {key for key in keys if key.kind != _DUMMY}


def _recorded(subject: Person | Address) -> set[MatchKey]:
    try:
        if isinstance(subject, Address):
            return set(matching.address_enrollment_keys(subject))
        return set(matching.enrollment_keys(subject))
    except IdentityError:  # too many for a record
        return _asked(subject)


def _fits(typed: Person, recorded: Person, possible: int) -> bool:
    grade = sketch.grade(
        typed,
        sketch.make(recorded, _ENTRY_KEY),
        _ENTRY_KEY,
        possible=possible,
        strong=max(possible, sketch.STRONG),
        other_given_names=other_forms(typed.given_names),
    )
    return grade.tier is not None
