"""Other cases that may be about the same person or address, with why: told by number, so that opening one is a look."""

from dataclasses import dataclass

from obacht_enrollment.cases import reading, similar, words
from obacht_enrollment.cases.content import Content
from obacht_enrollment.cases.views import Summary
from obacht_enrollment.language import pick
from obacht_enrollment.pages import case_words
from obacht_enrollment.pages.visits import Visit


@dataclass(frozen=True, slots=True)
class Alike:
    """Another case.

    Attributes:
        summary: What everybody may see of it.
        why: In what it is alike, in words.
    """

    summary: Summary
    why: str


def alike(visit: Visit, content: Content, number: int) -> list[Alike]:
    """List the cases that resemble one, the most similar first.

    Args:
        visit: Of whoever reads it.
        content: What the case says, or would say.
        number: Of the case.
    """
    found = similar.find(visit.office, visit.user, visit.desk.similar, content, number)
    return [
        Alike(
            reading.summary(visit.office, visit.user, one.number),
            case_words.capital(", ".join(pick(words.WHYS[why], visit.language) for why in one.whys)),
        )
        for one in found
    ]
