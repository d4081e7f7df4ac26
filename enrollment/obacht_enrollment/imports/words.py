"""What is said of files that people bring, in German and in English, without repeating what stands in them."""

from collections.abc import Mapping
from typing import Final

from obacht_enrollment.imports import columns
from obacht_enrollment.imports.lines import Fault
from obacht_enrollment.language import Language, Words, pick
from obacht_enrollment.reasons import POSTCODE, REASONS

SENTENCES: Final[dict[str, Words]] = {
    "csv-read": ("{path} lässt sich nicht lesen.", "{path} cannot be read."),
    "csv-large": ("Die Datei ist größer als {most} MiB.", "The file is larger than {most} MiB."),
    "csv-lines": ("Die Datei hat mehr als {most} Zeilen.", "The file has more than {most} lines."),
    "csv-encoding": (
        "Zeile {line}: Die Datei ist weder durchgehend in UTF-8 noch in Windows-1252; bitte als „CSV UTF-8“ speichern.",
        "Line {line}: the file is neither in UTF-8 throughout nor in Windows-1252; please save it as “CSV UTF-8”.",
    ),
    "csv-empty": ("Die Datei enthält keine Einträge.", "The file holds no entries."),
    "csv-form": (
        "Zeile {line}: Die Anführungszeichen passen nicht zusammen.",
        "Line {line}: the quotation marks do not match.",
    ),
    "csv-header-none": (
        "Die erste Zeile nennt keine Spalten; sie muss sagen, was worin steht: {columns}",
        "The first line names no columns; it has to say what stands where: {columns}",
    ),
    "csv-header-ignored": (
        "Diese Spalten sollen übergangen werden und stehen nicht in der Kopfzeile: {columns}",
        "These columns are to be passed over and are not in the header: {columns}",
    ),
    "csv-header-unknown": (
        "Die Kopfzeile nennt unbekannte Spalten: {columns}. Jede, die wegbleiben soll: --ignore-column NAME",
        "The header names unknown columns: {columns}. Each that is to be left out: --ignore-column NAME",
    ),
    "csv-header-twice": (
        "Diese Spalten der Kopfzeile sagen dasselbe: {columns}. Jede, die wegbleiben soll: --ignore-column NAME",
        "These columns of the header say the same: {columns}. Each that is to be left out: --ignore-column NAME",
    ),
    "work-busy": (
        "Daran wird gerade gearbeitet. Bitte warten Sie, bis es fertig ist, oder halten Sie es an.",
        "That is being worked on. Please wait until it is done, or stop it.",
    ),
    "work-many": (
        "Zurzeit wird an zu vielem zugleich gearbeitet. Bitte versuchen Sie es in einigen Minuten noch einmal.",
        "Too much is being worked on at once. Please try again in some minutes.",
    ),
    "uploads-full": (
        "Zurzeit liegen zu viele große Dateien bereit. Bitte versuchen Sie es später noch einmal.",
        "Too many large files are held at the moment. Please try again later.",
    ),
    "upload-none": ("Bitte wählen Sie eine Datei aus.", "Please choose a file."),
    "upload-gone": (
        "Ihre Datei liegt nicht mehr bereit. Laden Sie sie noch einmal hoch; es geht weiter, wo es aufgehört hat.",
        "Your file is held no longer. Please upload it once more; it goes on where it stopped.",
    ),
    "upload-stage": (
        "Das geht jetzt nicht; bitte sehen Sie nach, wie weit die Datei ist.",
        "That cannot be done now; please see how far the file is.",
    ),
    "import-unknown": ("Import {number} gibt es nicht.", "There is no import {number}."),
    "import-changed": (
        "Inzwischen hat sich ein Fall geändert. Es wurde nichts freigegeben; bitte sehen Sie noch einmal nach.",
        "Meanwhile a case has changed. Nothing was approved; please look once more.",
    ),
    "work-failed": (
        "Das hat nicht geklappt, und es liegt nicht an Ihnen. Was schon geschehen ist, bleibt.",
        "That did not work, and not because of you. What is done already stays.",
    ),
    "csv-header-missing": ("In der Kopfzeile fehlt: {columns}", "The header lacks: {columns}"),
    "import-overtaken": (
        "Dieselbe Datei wird gerade auch anderswo aufgenommen; derselbe Aufruf macht später weiter.",
        "The same file is being taken in somewhere else; the same command goes on later.",
    ),
    "rejected-exists": (
        "{path} gibt es schon, mit anderem Inhalt; bitte einen anderen Namen wählen.",
        "{path} exists already, and holds something else; please choose another name.",
    ),
    "streets-header": (
        "Die Kopfzeile nennt keine Spalte für die Straße (Straße, Straßenname, Name).",
        "The header names no column for the street (street, street name, name).",
    ),
}

_REASONS: Final[Mapping[str, Words]] = REASONS | {
    "empty": ("fehlt", "is missing"),
    "too_long_text": ("ist länger als 2000 Zeichen", "is longer than 2000 characters"),
    "level": ("muss 2 oder 3 sein", "must be 2 or 3"),
    "contact": ("steht nicht in office.toml", "is not in office.toml"),
    "past": ("liegt in der Vergangenheit", "is in the past"),
    "too_far": ("liegt weiter voraus als erlaubt", "is further ahead than allowed"),
    "too_far_minor": (
        "liegt weiter voraus als bei Minderjährigen erlaubt",
        "is further ahead than allowed for minors",
    ),
    "after_end": ("liegt nach dem Enddatum", "is after the end date"),
    "child": (
        "sagt, dass die Person unter 14 ist oder sein könnte; Kinder werden nie erfasst",
        "says that the person is, or may be, under 14; children are never listed",
    ),
    "ground": (
        "muss Hausverbot, Strafanzeige oder Strafantrag sein",
        "must be Hausverbot, Strafanzeige or Strafantrag (house ban, complaint, application)",
    ),
    "alias_comma": (
        "muss „Familienname, Vornamen“ sein, mehrere durch | getrennt",
        "must be “family name, given names”, several divided by |",
    ),
    "side_word": ("muss gerade, ungerade oder alle sein", "must be gerade, ungerade or alle (even, odd, all)"),
    "side_twice": (
        "nennt eine andere Straßenseite als die Spalte Seite",
        "names another side of the street than the column for it",
    ),
    "too_many_numbers": (
        "nennt mehr als 20 Hausnummern; bitte auf mehrere Zeilen verteilen",
        "names more than 20 house numbers; please divide them over several lines",
    ),
    "street_unknown": ("steht nicht im Straßenverzeichnis", "is not on the street list"),
    "street_postcode": (
        "liegt nach dem Straßenverzeichnis in einem anderen Postleitzahlgebiet",
        "lies in another postcode area, according to the street list",
    ),
    "neither": ("Die Zeile nennt weder Person noch Anschrift", "The line names neither a person nor an address"),
    "fields": (
        "Die Zeile hat mehr oder weniger Felder als die Kopfzeile",
        "The line has more or fewer fields than the header",
    ),
}
_DAY: Final[Words] = ("muss TT.MM.JJJJ oder JJJJ-MM-TT sein", "must be TT.MM.JJJJ (day, month, year) or YYYY-MM-DD")
_FORMS: Final[Mapping[str, Words]] = {
    columns.BIRTH_DATE: (
        "muss TT.MM.JJJJ, JJJJ-MM-TT, MM/JJJJ oder JJJJ sein",
        "must be TT.MM.JJJJ (day, month, year), YYYY-MM-DD, MM/YYYY or the year",
    ),
    columns.VALID_UNTIL: _DAY,
    columns.REVIEW: _DAY,
    columns.GROUND_DAY: _DAY,
    columns.POSTCODE: POSTCODE,
    columns.HOUSE_NUMBER: (
        "muss wie 12, 12 a, 12/1, 12-16, 12-16 gerade, 12a-c oder 12, 14, 18 aussehen",
        "must look like 12, 12 a, 12/1, 12-16, 12-16 even, 12a-c or 12, 14, 18",
    ),
}


def reason(field: str, code: str, language: Language) -> str:
    """Say what is wrong with a field, or with a line as a whole."""
    said = pick((_FORMS.get(field) if code == "format" else None) or _REASONS[code], language)
    return f"{field} {said}" if field else said


def fault(wrong: Fault, language: Language) -> str:
    """Say what is wrong with a line of a file."""
    return f"{pick(('Zeile', 'Line'), language)} {wrong.line}: {reason(wrong.field, wrong.code, language)}."
