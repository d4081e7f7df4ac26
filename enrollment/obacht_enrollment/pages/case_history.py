"""Who did what with a case, and who looked at it, as its page tells it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from obacht_enrollment.accounts import users
from obacht_enrollment.accounts.roles import Right
from obacht_enrollment.cases import look_reasons, reading, words
from obacht_enrollment.cases.reading import Event, Look
from obacht_enrollment.cases.states import Act, EndReason
from obacht_enrollment.language import pick
from obacht_enrollment.pages import case_words
from obacht_enrollment.pages.case_words import Change
from obacht_enrollment.pages.visits import Visit


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """An event in words.

    Attributes:
        at: Unix seconds.
        who: Who did it.
        what: What they did.
        reason: Why, in their words; empty where none was asked for, and for those who may not read it.
        changes: What is another since, or will be.
    """

    at: int
    who: str
    what: str
    reason: str
    changes: tuple[Change, ...]


def names(visit: Visit) -> Mapping[int, str]:
    """Give the names of all users."""
    return {account.user.id: account.user.name for account in users.all_users(visit.office)}


def history(visit: Visit, number: int, *, opened: bool) -> list[Told]:
    """Tell the history of a case, the newest first; reasons and changes only to whoever has opened it."""
    known = names(visit)
    events = reversed(reading.events(visit.office, visit.user, number))
    return [_told(visit, event if opened else replace(event, detail=None), known) for event in events]


def looks(visit: Visit, number: int, *, opened: bool) -> list[tuple[Look, str]]:
    """Tell those who watch over the staff who looked at a case, the newest first; why only if they have opened it."""
    if not visit.user.may(Right.READ_USERS):
        return []
    known = names(visit)
    found = reading.looks(visit.office, visit.user, number)
    return [
        (_with_why(look, visit) if opened else replace(look, why=None), known[look.user]) for look in reversed(found)
    ]


def _with_why(look: Look, visit: Visit) -> Look:
    return look if look.why is None else replace(look, why=look_reasons.told(look.why, visit.language))


def _told(visit: Visit, event: Event, known: Mapping[int, str]) -> Told:
    detail = event.detail or {}
    what = case_words.capital(pick(words.DEEDS[event.what], visit.language))
    if "act" in detail:
        what = f"{what}: {pick(words.ACTS[Act(detail['act'])], visit.language)}"
    if "end" in detail:
        what = f"{what}: {pick(words.END_REASONS[EndReason(detail['end'])], visit.language)}"
    if "name" in detail:
        what = f"{what}: {detail['name']}"
    changed = case_words.changes(visit, detail.get("changes", {}))
    who = visit.text("cases.scheduler") if event.user is None else known[event.user]
    return Told(event.at, who, what, str(detail.get("reason", "")), tuple(changed))
