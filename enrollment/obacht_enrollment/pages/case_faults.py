"""What is wrong with what was typed: said beside its field, and in the summary at the top of the form."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from obacht_enrollment.cases.obstacle_words import obstacle
from obacht_enrollment.cases.obstacles import Obstacle
from obacht_enrollment.errors import CaseError
from obacht_enrollment.pages.visits import Visit

_FIRST: Final = {
    "birth": "birth.day",
    "birth.year": "birth.year",
    "name": "name.family_name",
    "incidents": "incidents.0.day",
}
"""Where the summary leads for a fault that is of no field alone."""
_GROUPS: Final = ("precautions",)
"""Fields of which every box would have a fault of its own."""
_FIELDS: Final = {
    "reason": "reason",
    "not-later": "end",
    "renewal": "end",
    "end-reason": "why",
    "why": "words",
    "case-unknown": "case",
    "request-kind": "kind",
    "request-outcome": "outcome",
    "request-received": "received",
    "request-text": "text",
}
"""What an error of a service function is about, by its code."""


@dataclass(frozen=True, slots=True, repr=False)
class Fault:
    """What is wrong.

    Attributes:
        field: Beside which it is said.
        text: In words.
        href: Where the summary leads.
    """

    field: str
    text: str
    href: str


def faults_of(visit: Visit, error: CaseError) -> list[Fault]:
    """Say all that an error finds wrong with a form; nothing if it is of no field."""
    found = error.details.get("found")
    if isinstance(found, list):
        ground = str(error.details["ground"])
        return [fault_of(visit, one, ground) for one in found]
    if error.code in _FIELDS:
        field = _FIELDS[error.code]
        return [Fault(field, _sentence(visit, error), f"#{place_of(field)}")]
    return []


def fault_of(visit: Visit, one: Obstacle, ground: str) -> Fault:
    """Say what keeps a case from being in force beside the field that would have to be another."""
    outer = one.field.partition(".")[0]
    field = outer if outer in _GROUPS else one.field
    return Fault(field, obstacle(one, visit.language, ground), f"#{place_of(one.field)}")


def place_of(field: str) -> str:
    """Give the id of the field to which a fault leads."""
    outer = field.partition(".")[0]
    return _FIRST.get(field, outer if outer in _GROUPS else field).replace(".", "-")


def by_field(faults: Iterable[Fault]) -> dict[str, list[str]]:
    """Order what is wrong by field."""
    ordered: dict[str, list[str]] = {}
    for fault in faults:
        ordered.setdefault(fault.field, []).append(fault.text)
    return ordered


def _sentence(visit: Visit, error: CaseError) -> str:
    # the sentence of the command line names a command
    return visit.text("cases.renewal") if error.code == "renewal" else visit.sentence(error)
