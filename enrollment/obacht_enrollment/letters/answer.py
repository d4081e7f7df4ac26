"""The answer to a person who asks what is recorded of them (GDPR, Article 15)."""

import datetime as dt
from dataclasses import dataclass

from obacht_enrollment.letters.facts import Dated, Entry, Fact, Head


@dataclass(frozen=True, slots=True, repr=False)
class Looks:
    """How often the office's staff looked at the case, by kind; no name of staff is told.

    Attributes:
        role: Whose looks: case workers, approvers, auditor.
        purpose: What for.
        count: How many, from 1.
        first: Day of the first.
        last: Day of the last.
    """

    role: str
    purpose: str
    count: int
    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True, repr=False)
class Case:
    """All that is recorded of a person in one case.

    Attributes:
        identity: Names, birth names, other names, birth date, addresses.
        entry: Ground, level, incidents and terms.
        state: Whether it is in force, in words.
        further: Whatever else is recorded: contact, documents, notes.
        history: What was decided when, without names of staff.
        letters: What was sent when.
        requests: What the person asked for, and what became of it.
        calls: What was told whom by telephone after a hit.
        looks: Who of the office looked at it.
    """

    identity: tuple[Fact, ...]
    entry: Entry
    state: str
    further: tuple[Fact, ...] = ()
    history: tuple[Dated, ...] = ()
    letters: tuple[Dated, ...] = ()
    requests: tuple[Dated, ...] = ()
    calls: tuple[Dated, ...] = ()
    looks: tuple[Looks, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """The answer to a request for access.

    Attributes:
        head: Whom it goes to, and when.
        received: Day on which the request came in.
        cases: What is recorded; empty if nothing is.
    """

    head: Head
    received: dt.date
    cases: tuple[Case, ...] = ()
