"""Why a name, a date or an address cannot be matched, in words (:mod:`obacht_protocol.identity` has the codes)."""

from typing import Final

from obacht_enrollment.language import Words

REASONS: Final[dict[str, Words]] = {
    "too_long": ("ist länger als 200 Zeichen", "is longer than 200 characters"),
    "control": (
        "enthält ein unsichtbares Steuerzeichen oder einen Zeilenumbruch",
        "holds a control character or a line break",
    ),
    "digits": ("darf keine Ziffern enthalten", "must not hold digits"),
    "script": (
        "ist nicht in lateinischer Schrift; bitte die Umschrift aus dem Pass eintragen",
        "is not in Latin letters; please enter the transliteration from the passport",
    ),
    "symbol": ("enthält ein Zeichen, das in keinem Namen vorkommt", "holds a character that no name has"),
    "no_letters": ("enthält keinen Buchstaben", "holds no letter"),
    "format": ("hat nicht die erwartete Form", "is not of the expected form"),
    "no_such_day": ("nennt einen Tag, den es nicht gibt", "names a day that does not exist"),
    "before_1900": ("liegt vor 1900", "is before 1900"),
    "future": ("liegt in der Zukunft", "is in the future"),
    "side": ("hat auf dieser Straßenseite keine Nummer", "has no number on this side of the street"),
    "too_many_keys": (
        "ergibt mehr als 24 Suchschlüssel; bitte die Angabe auf mehrere Zeilen verteilen",
        "makes more than 24 match keys; please divide it over several lines",
    ),
}
POSTCODE: Final[Words] = ("muss aus fünf Ziffern bestehen", "must be five digits")
"""Why a postcode is not of the expected form."""
HOUSE_NUMBER: Final[Words] = (
    "muss wie 12, 12 a, 12/1, 12-16 oder 12a-c aussehen",
    "must look like 12, 12 a, 12/1, 12-16 or 12a-c",
)
"""Why a house number is not."""
