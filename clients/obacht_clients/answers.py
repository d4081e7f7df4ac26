"""What a client may say: exactly four states, and a failure never looks like "no entry"."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, ClassVar, Final, Literal

from obacht_protocol.descriptor import Contact

Tier = Literal["strong", "possible"]


class State(StrEnum):
    """The four states; there is no fifth."""

    ENTRY = "entry"
    POSSIBLE_ENTRY = "possible entry"
    NO_ENTRY = "no entry"
    NO_CHECK = "no check was made"


@dataclass(frozen=True, slots=True)
class PersonMatch:
    """How what was typed fits an entry about a person. The listed spelling is never shown."""

    birth_date: Literal["exact", "near", "year"]
    names: Literal["exact", "sound", "similar"]


@dataclass(frozen=True, slots=True)
class AddressMatch:
    """How what was typed fits an entry about an address: all of it, the building, or the street by sound."""

    address: Literal["exact", "building", "sound"]


@dataclass(frozen=True, slots=True)
class OfficeWarning:
    """A key office that did not do its part; others stood in for it where there is an answer all the same.

    Attributes:
        code: What it did: one of the reasons in :mod:`obacht_clients.errors`.
        office: Its name in the descriptor.
    """

    code: str
    office: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One warning, as the register's row has it.

    Attributes:
        level: Risk level, 1 to 255; 2 and 3 are in use.
        tier: How sure the match is.
        contact: Whom to call.
        valid_until: Unix seconds.
        reference: 16 hexadecimal letters, to name on the telephone.
        matched: What of the typed values matched how.
        several: Whether several records stand behind it.
    """

    level: int
    tier: Tier
    contact: Contact
    valid_until: int
    reference: str
    matched: PersonMatch | AddressMatch
    several: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Finding):
    """There is an entry: the highest level among the sure matches, and what else was found."""

    state: ClassVar[State] = State.ENTRY
    others: tuple[Finding, ...] = ()
    warnings: tuple[OfficeWarning, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PossibleEntry(Finding):
    """There is an entry that may be meant: the highest level among the possible matches, and what else was found."""

    state: ClassVar[State] = State.POSSIBLE_ENTRY
    others: tuple[Finding, ...] = ()
    warnings: tuple[OfficeWarning, ...] = ()


@dataclass(frozen=True, slots=True)
class NoEntry:
    """The register holds nothing under what was typed. That is no all-clear."""

    state: ClassVar[State] = State.NO_ENTRY
    warnings: tuple[OfficeWarning, ...] = ()


@dataclass(frozen=True, slots=True)
class NoCheck:
    """Nothing can be said.

    Attributes:
        reason: One of the reasons in :mod:`obacht_clients.errors`.
        contact: Whom to call instead, if that is known.
        warnings: Key offices that did not do their part.
        again: From when on asking again makes sense, Unix seconds; None if nobody said.
    """

    state: ClassVar[State] = State.NO_CHECK
    reason: str
    contact: Contact | None = None
    warnings: tuple[OfficeWarning, ...] = ()
    again: int | None = None


Answer = Entry | PossibleEntry | NoEntry | NoCheck

_CLOSENESS: Final = {"exact": 0, "year": 1, "building": 1, "near": 2, "sound": 3, "similar": 4}


def decide(findings: Iterable[Finding]) -> Entry | PossibleEntry | NoEntry:
    """Make the answer out of all matching rows.

    A record has a row for each of its match keys, so equal (level, contact, valid until) collapse into the best match
    among them. The state comes from the best tier, the highest level within it is shown, the rest is listed.
    """
    best: dict[tuple[int, Contact, int], Finding] = {}
    for finding in sorted(findings, key=_distance):
        best.setdefault((finding.level, finding.contact, finding.valid_until), finding)
    if not best:
        return NoEntry()
    first, *others = sorted(best.values(), key=lambda finding: (finding.tier != "strong", -finding.level))
    facts: dict[str, Any] = {field.name: getattr(first, field.name) for field in fields(Finding)}
    kind = Entry if first.tier == "strong" else PossibleEntry
    return kind(**facts, others=tuple(others))


def _distance(finding: Finding) -> tuple[bool, int]:
    match finding.matched:
        case PersonMatch(birth_date, names):
            far = _CLOSENESS[birth_date] + _CLOSENESS[names]
        case AddressMatch(address):
            far = _CLOSENESS[address]
    return finding.tier != "strong", far


def to_json(answer: Answer) -> dict[str, Any]:
    """Give an answer as JSON values: ``state``, then its attributes by their names."""
    warnings = [asdict(warning) for warning in answer.warnings]
    match answer:
        case NoEntry():
            facts: dict[str, Any] = {}
        case NoCheck():
            contact = None if answer.contact is None else _contact(answer.contact)
            facts = {"reason": answer.reason, "contact": contact, "again": answer.again}
        case _:
            facts = {**_finding(answer), "others": [_finding(finding) for finding in answer.others]}
    return {"state": answer.state, **facts, "warnings": warnings}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "level": finding.level,
        "tier": finding.tier,
        "contact": _contact(finding.contact),
        "valid_until": finding.valid_until,
        "reference": finding.reference,
        "matched": asdict(finding.matched),
        "several": finding.several,
    }


def _contact(contact: Contact) -> dict[str, str]:
    return {name: getattr(contact, name) for name in ("office", "phone", "mail", "hours", "after_hours")}
