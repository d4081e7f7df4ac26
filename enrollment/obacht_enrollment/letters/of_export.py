"""What is read out about a case, as the answer to an access request tells it, without names of staff."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from obacht_enrollment.cases.case import Case
from obacht_enrollment.cases.dates import day_of
from obacht_enrollment.cases.history import Deed
from obacht_enrollment.cases.requests import Kind, Outcome
from obacht_enrollment.cases.states import Act, EndReason
from obacht_enrollment.cases.words import ACTS, DEEDS, END_REASONS, OUTCOMES, REQUESTS
from obacht_enrollment.language import Language, Words, pick
from obacht_enrollment.letters import answer, of_case
from obacht_enrollment.letters.facts import Dated, Fact

_ELSEWHERE: Final = frozenset(
    {
        *(Deed.CALL, Deed.CALL_READ, Deed.DOCUMENT_READ, Deed.NOTICE),
        *(Deed.EXPORT_ASKED, Deed.EXPORT_APPROVED, Deed.EXPORT_READ),
        *(Deed.REQUEST_RECEIVED, Deed.REQUEST_READ, Deed.REQUEST_ASSIGNED, Deed.REQUEST_EXTENDED, Deed.REQUEST_DECIDED),
    }
)
"""What the letter tells under headings of its own, or what is no decision."""
_ROLES: Final[Mapping[str, tuple[Words, Words]]] = {
    "case_worker": (("Sachbearbeitung", "Case work"), ("Bearbeitung des Falls", "Work on the case")),
    "approver": (("Freigabe", "Approval"), ("Prüfung durch eine zweite Person", "Examination by a second person")),
    "head": (("Leitung", "Head of office"), ("Bearbeitung und Kontrolle", "Work on the case, and supervision")),
}
_ANYBODY: Final[tuple[Words, Words]] = (("Sicherheitsstelle", "Safety office"), ("Bearbeitung", "Work on the case"))
_NOTICE: Final[Words] = ("Benachrichtigung über den Eintrag", "Notice of the entry")
_DOCUMENTS: Final[Words] = ("Unterlagen", "Documents")
_PROPOSED: Final[Words] = (
    "vorgeschlagene Änderung, über die noch nicht entschieden ist",
    "a change that is proposed and was not decided yet",
)


def told(case: Case, document: Mapping[str, Any], language: Language, *, contact: str = "") -> tuple[answer.Case, ...]:
    """Give what the letter tells of a case; what is proposed for it follows as if it were another.

    Args:
        case: As it is.
        document: That and all that lies beside it, as :func:`obacht_enrollment.cases.exports.read` gives it.
        language: Of the letter.
        contact: Whom those are told to call who get a hit, in words.
    """
    whole = of_case.recorded(case, language, contact=contact)
    names = "\n".join(one["name"] for one in document["documents"])
    sent = case.content.notice.sent
    found = replace(
        whole,
        further=(*whole.further, *([Fact(pick(_DOCUMENTS, language), names)] if names else ())),
        history=tuple(
            Dated(day_of(one["at"]), _event(one, language))
            for one in document["history"]
            if Deed(one["what"]) not in _ELSEWHERE
        ),
        letters=(Dated(sent, pick(_NOTICE, language)),) if sent else (),
        requests=tuple(Dated(day_of(one["received"]), _request(one, language)) for one in document["requests"]),
        calls=tuple(
            Dated(day_of(one["at"]), f"{one['department']}: {one['told']}") for one in document["told_by_telephone"]
        ),
        looks=_looks(document["looked_at"], language),
    )
    if case.proposed == case.content:
        return (found,)
    proposed = of_case.recorded(replace(case, content=case.proposed), language, contact=contact)
    return found, replace(proposed, state=pick(_PROPOSED, language))


def _event(event: Mapping[str, Any], language: Language) -> str:
    detail = event["detail"] or {}
    said = pick(DEEDS[Deed(event["what"])], language)
    if "act" in detail:
        said += f": {pick(ACTS[Act(detail['act'])], language)}"
    if "end" in detail:
        said += f": {pick(END_REASONS[EndReason(detail['end'])], language)}"
    if detail.get("name"):
        said += f": {detail['name']}"
    if detail.get("reason"):
        said += f" ({detail['reason']})"
    return said[:1].upper() + said[1:]


def _request(request: Mapping[str, Any], language: Language) -> str:
    said = pick(REQUESTS[Kind(request["kind"])], language)
    outcome = request["outcome"]
    came = pick(OUTCOMES[Outcome(outcome)], language) if outcome else pick(("noch offen", "not decided yet"), language)
    return f"{said[:1].upper()}{said[1:]}: {came}"


def _looks(looks: list[dict[str, Any]], language: Language) -> tuple[answer.Looks, ...]:
    moments: dict[tuple[Words, Words], list[int]] = defaultdict(list)
    for look in looks:
        role = next((_ROLES[role] for role in _ROLES if role in look["roles"]), _ANYBODY)
        moments[role].append(look["at"])
    return tuple(
        answer.Looks(pick(role, language), pick(purpose, language), len(at), day_of(min(at)), day_of(max(at)))
        for (role, purpose), at in moments.items()
    )
