"""The first page after signing in: what waits for whom."""

from starlette.responses import Response

from obacht_enrollment.accounts.roles import Right
from obacht_enrollment.pages import case_words, queues
from obacht_enrollment.pages.languages import COOKIE, LANGUAGES
from obacht_enrollment.pages.sections import Section
from obacht_enrollment.pages.visits import Visit

section = Section()
section.link("/", "start.title")
_YEAR = 365 * 86_400
_PATIENCE = 60
"""What fails for so many seconds may mend itself; then those who rely on it are told."""


@section.get("/")
def start(visit: Visit) -> Response:
    """Show what waits for whom."""
    return visit.show(
        "start.html",
        failing=_failing(visit),
        tiles=queues.tiles(visit),
        listed=queues.beginnings(visit),
        may_find=visit.user.may(Right.READ_DECISIONS),
        may_edit=visit.user.may(Right.EDIT_CASES),
        **case_words.tools(visit),
    )


def _failing(visit: Visit) -> tuple[int, str] | None:
    """Say since when the service fails at something, and why; None if all is well."""
    for chore in visit.desk.chores:
        if chore.failing and chore.since + _PATIENCE <= visit.now:
            return chore.since, visit.sentence(chore.error) if chore.error else visit.text("start.failing_internal")
    return None


@section.post("/language", public=True)
def language(visit: Visit) -> Response:
    """Change the language of the pages."""
    answer = visit.go(visit.next_path)
    chosen = visit.form.text("language")
    if chosen in LANGUAGES:
        secure = "; Secure" if visit.desk.secure else ""
        answer.headers.append("Set-Cookie", f"{COOKIE}={chosen}; Path=/; Max-Age={_YEAR}; SameSite=Lax{secure}")
    return answer
