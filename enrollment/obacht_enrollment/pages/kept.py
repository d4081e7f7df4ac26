"""What was typed while a session came to its end: its page holds it until its writer has signed in again."""

from typing import Final

from starlette.responses import Response

from obacht_enrollment.pages.sections import Section
from obacht_enrollment.pages.visits import Visit

section = Section()
MOST: Final = 512 * 1024
"""Bytes of a form that is kept, at most."""
_OURS: Final = frozenset({"csrf", "next", "version", "do"})
"""Fields that nobody types."""


@section.post("/kept", public=True, limit=MOST)
def go_on(visit: Visit) -> Response:
    """Hand what was typed on to where it was meant for, once its writer is signed in again."""
    step = "send" if visit.session else "sign-in"
    return hold(visit, visit.next_path, step)


def holds_something(visit: Visit) -> bool:
    """Tell whether anything was typed that would be lost."""
    return any(value.strip() for name, values in visit.form.fields.items() if name not in _OURS for value in values)


def hold(visit: Visit, path: str, step: str) -> Response:
    """Show a page that holds what was typed; it is stored nowhere.

    Args:
        visit: With the form.
        path: For which the form was meant.
        step: What its writer has to do first: ``sign-in``, ``confirm`` who they are, or nothing but to ``send`` it.
    """
    fields = [
        (name, one) for name, values in visit.form.fields.items() if name not in {"csrf", "next"} for one in values
    ]
    status = 200 if step == "send" else 401
    return visit.show("kept.html", status=status, step=step, wanted=path, fields=fields)
