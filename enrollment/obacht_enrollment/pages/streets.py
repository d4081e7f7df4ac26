"""Streets as they are typed: suggestions from the town's list, and the official spelling of what is on it."""

from dataclasses import replace
from typing import Final

from starlette.responses import Response

from obacht_enrollment.accounts.roles import Right
from obacht_enrollment.cases.content import Content, Place
from obacht_enrollment.pages.sections import Section
from obacht_enrollment.pages.visits import Visit

section = Section()
_MOST: Final = 8
_LEAST: Final = 2


@section.post("/streets", public=True)
def suggest(visit: Visit) -> Response:
    """Suggest streets for what was typed into a form's field so far.

    Nothing is told to those who may not type there. They are not sent to sign in either: their form would be lost.
    """
    typed = next((text[0].strip() for name, text in visit.form.fields.items() if name.endswith(".street")), "")
    may = visit.session is not None and visit.user.may(Right.EDIT_CASES)
    found = visit.desk.streets.complete(typed, _MOST) if may and len(typed) >= _LEAST else []
    return visit.show("streets.html", fragment="streets", found=found)


def spelled_officially(visit: Visit, content: Content) -> Content:
    """Spell the streets of a case as the town's list does; what is not on it stays as it was typed."""
    return replace(content, places=tuple(_spelled(visit, place) for place in content.places))


def _spelled(visit: Visit, place: Place) -> Place:
    if not place.street:
        return place
    found = visit.desk.streets.index().resolve(place.street, place.postcode)
    return replace(place, street=found.street, postcode=found.postcode)
