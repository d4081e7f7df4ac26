"""Who looked at which case, when, and for what kind of reason: for those who watch over the staff."""

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from obacht_enrollment.accounts.roles import Right
from obacht_enrollment.cases import auditing
from obacht_enrollment.cases.auditing import Audited
from obacht_enrollment.language import pick
from obacht_enrollment.pages import case_gate, case_history
from obacht_enrollment.pages.languages import LANGUAGES
from obacht_enrollment.pages.sections import Section
from obacht_enrollment.pages.visits import Visit
from obacht_enrollment.writing import WHY

section = Section()
section.link("/looks", "audit.title", Right.READ_USERS)
_BEGUN: Final = "begun"
_LETTER: Final = "letter"


@section.get("/looks", Right.READ_USERS)
def looks(visit: Visit) -> Response:
    """List who looked at cases, the newest first."""
    by = _asked(visit, "user")
    found = auditing.audit(visit.office, visit.user, _kinds(visit), by=by, page=_asked(visit, "page"))
    known = case_history.names(visit)
    return visit.show(
        "looks.html",
        looks=[(look, known[look.user], _reason(visit, look)) for look in found.looks],
        page=found.page,
        last=found.last,
        by=by,
        users=sorted(known.items(), key=lambda one: one[1].casefold()),
    )


def _kinds(visit: Visit) -> Mapping[str, str]:
    """Give the words of the usual reasons, in whichever language they were given."""
    usual = (*case_gate.WHYS[:-1], _BEGUN)
    texts = visit.desk.texts
    kinds = {texts.say(language, f"why.{kind}"): kind for language in LANGUAGES for kind in usual}
    return kinds | {pick(WHY, language): _LETTER for language in LANGUAGES}


def _reason(visit: Visit, look: Audited) -> str:
    if look.is_erased:
        return visit.text("audit.erased")
    if look.kind == _LETTER:
        return visit.text("audit.letter")
    return visit.text(f"why.{look.kind or 'other'}")


def _asked(visit: Visit, name: str) -> int:
    text = visit.request.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else 0
