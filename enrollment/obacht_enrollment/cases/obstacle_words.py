"""What keeps a case from being in force, in German and in English: "Es fehlt: Aktenzeichen der Strafanzeige"."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from obacht_enrollment.cases.obstacles import MISSING, Obstacle
from obacht_enrollment.cases.words import GROUNDS, LABELS
from obacht_enrollment.language import Language, Words, pick
from obacht_enrollment.reasons import HOUSE_NUMBER, POSTCODE, REASONS

_OF_GROUND: Final[Mapping[str, Words]] = {
    "house-ban": ("des Hausverbots", "of the house ban"),
    "complaint": ("der Strafanzeige", "of the criminal complaint"),
    "application": ("des Strafantrags", "of the application for prosecution"),
    "": ("des Grundes", "of the ground"),
}
_GROUND: Final[Words] = ("Grund", "ground")
_FIELDS: Final[Mapping[str, Words]] = {
    **LABELS,
    "name": (
        "Name, oder eine Anschrift, die veröffentlicht wird",
        "name, or an address that is to be published",
    ),
    "birth": ("Geburtsdatum", "birth date"),
    "birth.year": (
        "Geburtsjahr, oder eine Anschrift, die veröffentlicht wird",
        "year of birth, or an address that is to be published",
    ),
    "age_reason": (
        "Geburtsjahr, oder woher man weiß, dass die Person kein Kind ist",
        "year of birth, or why it is certain that the person is not a child",
    ),
    "incidents": ("Vorfall", "incident"),
    "received": ("Tag des Eingangs", "day of receipt"),
    "effective": ("Tag, an dem die Einschränkung endet", "day on which the restriction ends"),
    "ground.kind": (
        "Grund (Hausverbot, Strafanzeige oder Strafantrag)",
        "ground (house ban, criminal complaint or application for prosecution)",
    ),
    "ground.file_number": ("Aktenzeichen {ground}", "file number {ground}"),
    "ground.day": ("Datum {ground}", "date {ground}"),
    "ground.by_body": (
        "Bestätigung, dass die Behörde selbst gehandelt hat ({plain})",
        "confirmation that the public body itself did so ({plain})",
    ),
}
_REASONS: Final[Mapping[str, Words]] = REASONS | {
    "child": (
        "Die Person ist oder war unter 14, oder könnte es sein; Kinder werden nie erfasst",
        "the person is or was under 14, or may be; children are never listed",
    ),
    "past": ("liegt in der Vergangenheit", "is in the past"),
    "kind": ("steht nicht auf der Liste", "is not on the list"),
    "ground": ("steht nicht auf der Liste", "is not on the list"),
    "precaution": ("gibt es auf dieser Stufe nicht", "does not exist at this level"),
    "level": ("muss 2 oder 3 sein", "must be 2 or 3"),
    "above_incidents": (
        "ist höher als die des schwersten Vorfalls",
        "is higher than that of the gravest incident",
    ),
    "contact": ("steht nicht in office.toml", "is not in office.toml"),
    "too_far": ("liegt weiter voraus als erlaubt", "is further ahead than allowed"),
    "too_far_minor": (
        "liegt weiter voraus als bei Minderjährigen erlaubt",
        "is further ahead than allowed for minors",
    ),
    "after_end": ("liegt nach dem Enddatum", "is after the end date"),
}
_FORMS: Final[Mapping[str, Words]] = {
    "places.postcode": POSTCODE,
    "places.house_number": HOUSE_NUMBER,
    "incidents.time": ("muss HH:MM sein", "must be HH:MM"),
}
_INDEX: Final = re.compile(r"\.(\d+)")


def obstacle(one: Obstacle, language: Language, ground: str = "") -> str:
    """Say one thing that keeps a case from being in force.

    Args:
        one: The obstacle.
        language: Of the sentence.
        ground: Kind of the case's ground, so that the file number is called by it.
    """
    general = _INDEX.sub("", one.field)
    field = pick(_FIELDS[general], language).format(
        ground=pick(_OF_GROUND.get(ground, _OF_GROUND[""]), language),
        plain=pick(GROUNDS.get(ground, _GROUND), language),
    )
    number = _INDEX.search(one.field)
    if number and general != "precautions":
        field += f" ({int(number[1]) + 1})"
    if one.code == MISSING:
        return f"{pick(('Es fehlt', 'Missing'), language)}: {field}"
    reason = (_FORMS.get(general) if one.code == "format" else None) or _REASONS[one.code]
    return f"{field}: {pick(reason, language)}"


def obstacles(found: Iterable[Obstacle], language: Language, ground: str = "") -> list[str]:
    """Say all that keeps a case from being in force, one line each."""
    return [obstacle(one, language, ground) for one in found]
