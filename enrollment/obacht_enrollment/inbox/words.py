"""What is said of reports, and of the devices that send them, in German and in English."""

from typing import Final

from obacht_enrollment.inbox.outcomes import Outcome
from obacht_enrollment.language import Words

SENTENCES: Final[dict[str, Words]] = {
    # devices
    "device-name": (
        "Dienststelle und Bezeichnung des Geräts haben 1 bis {most} druckbare Zeichen.",
        "Department and label of a device have 1 to {most} printable characters.",
    ),
    "device-key": (
        "Ein öffentlicher Schlüssel besteht aus 43 Zeichen; „obacht init“ zeigt ihn an.",
        "A public key is 43 characters; “obacht init” shows it.",
    ),
    "device-revoked": (
        "Dieses Gerät wurde gesperrt; es braucht einen neuen Schlüssel.",
        "This device was revoked; let it make a new key.",
    ),
    "device-taken": (
        "Dieses Gerät ist schon für „{department}“ eingetragen.",
        "This device is registered for “{department}” already.",
    ),
    "device-unknown": (
        "Dieses Gerät ist nicht eingetragen; siehe: obacht-office device list",
        "No such device is registered; see: obacht-office device list",
    ),
    # reports
    "receipt-number": (
        "Das ist keine Eingangsnummer, oder sie wurde falsch gelesen.",
        "This is no receipt number, or it was misread.",
    ),
    "report-unknown": ("Diese Meldung gibt es nicht.", "There is no such report."),
    "report-decided": (
        "Über diese Meldung ist schon entschieden.",
        "This report has been decided about already.",
    ),
    "report-unreadable": (
        "Diese Meldung lässt sich nicht lesen; abweisen und bei der Dienststelle nachfragen.",
        "This report cannot be read; turn it down, and ask the department.",
    ),
    "outcome": (
        "Eine Meldung wird abgewiesen, weil sie falsch ist oder schon bekannt.",
        "A report is turned down because it is wrong, or known already.",
    ),
    "answer-long": (
        "Die Antwort ist länger als {most} Zeichen.",
        "The answer is longer than {most} characters.",
    ),
}
STATES: Final[dict[str, Words]] = {
    "received": ("neu", "new"),
    "in-work": ("in Bearbeitung", "in work"),
    "done": ("erledigt", "done"),
}
OUTCOMES: Final[dict[Outcome, Words]] = {
    Outcome.OPEN: ("", ""),
    Outcome.DRAFT: ("Fall angelegt", "case begun"),
    Outcome.WRONG: ("abgewiesen: nichts für das Register", "turned down: nothing for the register"),
    Outcome.REPEATED: ("abgewiesen: schon bekannt", "turned down: known already"),
}
REASONS: Final[dict[Outcome, Words]] = {
    Outcome.WRONG: (
        "Sie ist nichts für das Register, oder sie ist falsch.",
        "It is nothing for the register, or wrong.",
    ),
    Outcome.REPEATED: ("Was sie sagt, ist schon bekannt.", "What it says is known already."),
}
FAULTS: Final[dict[str, Words]] = {
    "sealed": (
        "Diese Meldung lässt sich mit dem Schlüssel dieser Stelle nicht öffnen.",
        "This report does not open with this office's key.",
    ),
    "form": (
        "Diese Meldung enthält etwas, das dieses Programm nicht als Meldung lesen kann.",
        "This report holds something that this program cannot read as a report.",
    ),
    "erased": ("Was diese Meldung sagte, ist gelöscht.", "What this report said is erased."),
}
FIELDS: Final[dict[str, Words]] = {
    "family_name": ("Familienname", "Family name"),
    "given_names": ("Vornamen", "Given names"),
    "birth_name": ("Geburtsname", "Birth name"),
    "aliases": ("Andere Namen", "Other names"),
    "birth_date": ("Geburtsdatum", "Date of birth"),
    "postcode": ("Postleitzahl", "Postcode"),
    "street": ("Straße", "Street"),
    "house_number": ("Hausnummer", "House number"),
    "town": ("Ort", "Town"),
    "description": ("Beschreibung", "Description"),
    "time": ("Tag und Uhrzeit", "Day and time"),
    "place": ("Ort des Vorfalls", "Place"),
    "kind": ("Art", "Kind"),
    "what": ("Hergang", "What happened"),
    "file_number": ("Aktenzeichen", "File number"),
    "date": ("Datum", "Date"),
    "office": ("Dienststelle", "Department"),
    "name": ("Name", "Name"),
    "phone": ("Telefon", "Telephone"),
}
PARTS: Final[dict[str, Words]] = {
    "person": ("Person", "Person"),
    "incident": ("Vorfall", "Incident"),
    "ground": ("Grundlage", "Ground"),
    "reporter": ("Gemeldet von", "Reported by"),
}
