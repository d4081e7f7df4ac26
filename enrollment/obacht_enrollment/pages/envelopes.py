"""Whom a letter goes to, as it is typed beside every letter, and the letter itself in a window of its own."""

from typing import Any

from starlette.responses import Response

from obacht_enrollment.cases.content import Content
from obacht_enrollment.letters import of_case
from obacht_enrollment.letters.facts import Addressee
from obacht_enrollment.pages import headers
from obacht_enrollment.pages.visits import Visit
from obacht_enrollment.writing import Envelope


def typed(visit: Visit) -> Envelope:
    """Read whom a letter goes to; ``LetterError`` (``letter-address``) if it fits no window."""
    form = visit.form
    lines = tuple(line.strip() for line in form.text("address").splitlines() if line.strip())
    addressee = Addressee(lines[0] if lines else "", lines)
    return Envelope(addressee, "en" if form.text("letter_language") == "en" else "de", bool(form.text("represented")))


def values(visit: Visit, content: Content | None) -> dict[str, Any]:
    """Give what the fields hold: what was typed, or what the case says as far as it is open."""
    form = visit.form
    return {
        "address": form.text("address") or (_address(content) if content else ""),
        "represented": bool(form.text("represented")),
        "letter_language": form.text("letter_language") or "de",
    }


def pdf(visit: Visit, made: bytes, name: str) -> Response:
    """Answer with a letter; ``name`` holds nothing personal."""
    shown = {**headers.PDF, "Content-Disposition": f'inline; filename="{name}.pdf"'}
    return visit.answer(made, "application/pdf", 200, shown)


def _address(content: Content) -> str:
    """Write the address as far as a case has it: it knows no town, and whole streets are nobody's address."""
    lines = [of_case.name(content)]
    place = next((place for place in content.places if place.house_number and place.side == "all"), None)
    if place is not None:
        lines += [f"{place.street} {place.house_number}", place.postcode]
    return "\n".join(filter(None, lines))
