"""Every sentence that the office's commands say of a failure, in German and in English."""

import datetime as dt
from typing import Final, Literal

from obacht_clients.words import LANGUAGES, why
from obacht_enrollment import storage_words
from obacht_enrollment.accounts import words as account_words
from obacht_enrollment.cases import sentences as case_sentences
from obacht_enrollment.errors import MatcherError, OfficeError
from obacht_enrollment.imports import words as import_words
from obacht_enrollment.inbox import words as inbox_words
from obacht_enrollment.letters import words as letter_words
from obacht_enrollment.rotation import Standing

Language = Literal["de", "en"]

_SENTENCES: Final[dict[str, tuple[str, str]]] = {
    # the folder
    "office-exists": (
        "In {path} ist schon eine Sicherheitsstelle eingerichtet.",
        "There is an office in {path} already.",
    ),
    "office-missing": (
        "In {path} ist keine Sicherheitsstelle eingerichtet; richten Sie sie ein mit: obacht-office init",
        "There is no office in {path}; make one with: obacht-office init",
    ),
    "home-write": ("Der Ordner {path} lässt sich nicht anlegen.", "The folder {path} cannot be made."),
    "file-read": ("{path} fehlt oder lässt sich nicht lesen.", "{path} is missing or cannot be read."),
    "file-write": ("{path} lässt sich nicht schreiben.", "{path} cannot be written."),
    "file-form": ("{path} ist beschädigt.", "{path} is damaged."),
    "setting": ("In office.toml fehlt {name} oder ist falsch.", "In office.toml, {name} is missing or wrong."),
    "toml": ("office.toml ist kein gültiges TOML: {reason}", "office.toml is not valid TOML: {reason}"),
    # the vault
    "passphrase": ("Die Passphrase ist falsch.", "The passphrase is wrong."),
    "office-key": (
        "office.key ist beschädigt; holen Sie es aus der Sicherung.",
        "office.key is damaged; restore it from the backup.",
    ),
    "memory": ("Der Arbeitsspeicher reicht nicht.", "There is not enough memory."),
    "sealed": (
        "Ein Schlüssel oder Datensatz passt nicht zu office.key oder wurde verändert.",
        "A key or record does not fit office.key, or was tampered with.",
    ),
    "subject": ("Ein Datensatz ist beschädigt.", "A record is damaged."),
    "record": (
        "Eintrag {number} passt nicht zu office.key oder wurde verändert; holen Sie office.db aus der Sicherung.",
        "Record {number} does not fit office.key, or was tampered with; restore office.db from the backup.",
    ),
    "contact-in-use": (
        "Gültige Einträge nennen den Kontakt {contact}, den office.toml nicht mehr hat: Nummern {records}",
        "Valid records name the contact {contact}, which office.toml no longer has: numbers {records}",
    ),
    # the descriptor
    "descriptor-none": (
        "Noch ist keine Beschreibung der Anlage in Kraft: obacht-office descriptor draft, dann sign, dann put",
        "No descriptor is in force yet: obacht-office descriptor draft, then sign, then put",
    ),
    "descriptor-expired": (
        "Die Beschreibung der Anlage ist abgelaufen: obacht-office descriptor draft",
        "The descriptor has expired: obacht-office descriptor draft",
    ),
    "epoch-over": (
        "Die Epoche ist zu Ende; die Schlüsselstellen brauchen neue Schlüssel.",
        "The epoch is over; the key offices need new keys.",
    ),
    "descriptor-form": ("Die Beschreibung der Anlage ist fehlerhaft: {reason}", "The descriptor is wrong: {reason}"),
    "descriptor-keys": (
        "Der Entwurf nennt andere Schlüssel als die dieser Stelle.",
        "The draft names other keys than this office's.",
    ),
    "descriptor-order": (
        "Sie folgt nicht auf die Beschreibung in Kraft; bitte neu entwerfen.",
        "It does not follow the descriptor in force; please draft it anew.",
    ),
    "descriptor-signatures": (
        "Eine Unterschrift fehlt oder ist falsch; nötig sind die der Sicherheitsstelle und die der Aufsicht.",
        "A signature is missing or wrong; the office's and the auditor's are needed.",
    ),
    "descriptor-deployment": ("Sie gehört zu einer anderen Anlage.", "It is another deployment's."),
    "canary": (
        "Der Kanarienvogel in office.toml taugt nicht als Person ({field}).",
        "The canary in office.toml cannot stand for a person ({field}).",
    ),
    "auditor-key": ("Der Schlüssel der Aufsicht ist fehlerhaft.", "The auditor's key is malformed."),
    "auditor-missing": ("Der Schlüssel der Aufsicht fehlt: --auditor", "The auditor's key is missing: --auditor"),
    "transcript": (
        "Das ist keine gültige Niederschrift einer Schlüsselzeremonie: {reason}",
        "This is no valid transcript of a key ceremony: {reason}",
    ),
    "transcript-deployment": (
        "Der Schlüssel dieser Zeremonie gehört zu einer anderen Anlage.",
        "The key of this ceremony is another deployment's.",
    ),
    "receipt-keys": (
        "Das ist keine gültige Liste der Schlüssel für Belege (receipt-keys.json der Aufsicht).",
        "This is no valid list of keys for receipts (the auditor's receipt-keys.json).",
    ),
    "receipts-over": (
        "Alle Schlüssel für Belege sind aus vergangenen Monaten; neue von der Aufsicht: --receipts receipt-keys.json",
        "All keys for receipts are of months that are over; new ones from the auditor: --receipts receipt-keys.json",
    ),
    "transcript-missing": (
        "Es bliebe keine Epoche; für eine neue: --ceremony transcript.json",
        "No epoch would be left; for a new one: --ceremony transcript.json",
    ),
    "epochs-many": (
        "Mehr als zwei Epochen kann die Beschreibung nicht nennen; die älteste zuerst beenden: --drop-epoch {oldest}",
        "A descriptor cannot name more than two epochs; end the oldest first: --drop-epoch {oldest}",
    ),
    "epoch-order": (
        "Epoche {epoch} kommt vor einer, die schon gilt; eine neue Zeremonie braucht eine höhere Nummer.",
        "Epoch {epoch} comes before one that is in force already; a new ceremony needs a higher number.",
    ),
    "epoch-unknown": (
        "Epoche {epoch} steht nicht in der Beschreibung der Anlage.",
        "Epoch {epoch} is not in the descriptor in force.",
    ),
    "epoch-published": (
        "Das veröffentlichte Register gehört noch zu Epoche {epoch}; wie weit die nächste ist: obacht-office epochs",
        "The published register is still of epoch {epoch}; how far the next one is: obacht-office epochs",
    ),
    # publishing
    "key-offices": (
        "Die Schlüsselstellen haben nicht geantwortet oder abgelehnt: {reason}",
        "The key offices did not answer, or refused: {reason}",
    ),
    "crowded": (
        "Mehr als acht Personen haben denselben Suchschlüssel: Einträge {records} (Fälle dazu: obacht-office list).",
        "More than eight persons have one match key in common: records {records} (obacht-office list names the cases).",
    ),
    "full": ("{rows} Zeilen sind mehr, als ein Register fasst.", "{rows} rows are more than a register holds."),
    "overtaken": (
        "Andere haben zur selben Zeit veröffentlicht oder berichtigt; bitte noch einmal versuchen.",
        "Others published or corrected at the same time; please try again.",
    ),
    "stopped": ("Der Dienst wird beendet.", "The service is being stopped."),
    "matcher": (
        "Der Matcher ist nicht erreichbar oder hat abgelehnt: {reason}",
        "The matcher cannot be reached, or refused: {reason}",
    ),
    "reference-form": (
        "Eine Kennung besteht aus 16 Zeichen, 0-9 und a-f.",
        "A reference is 16 characters, 0-9 and a-f.",
    ),
    "reference-unknown": ("Zu dieser Kennung gibt es keinen Eintrag.", "No entry has this reference."),
}

_EVERY_SENTENCE: Final = (
    _SENTENCES
    | storage_words.SENTENCES
    | account_words.SENTENCES
    | case_sentences.SENTENCES
    | import_words.SENTENCES
    | inbox_words.SENTENCES
    | letter_words.SENTENCES
)


def sentence(error: OfficeError, language: Language) -> str:
    """Say what went wrong, and where it helps, what to do."""
    code, details = error.code, error.details
    if isinstance(error, MatcherError):
        code, details = "matcher", {"reason": error.code}
    if code in {"matcher", "key-offices"}:
        details = {"reason": why(str(details["reason"]), LANGUAGES[language])}
    if (lines := case_sentences.missing(error, language)) is not None:
        return lines
    german, english = _EVERY_SENTENCE[code]
    return (german if language == "de" else english).format(**details)


def standing(of: Standing, language: Language) -> str:
    """Say how far an epoch is."""
    done = of.valid - of.missing
    day = dt.datetime.fromtimestamp(of.ends).astimezone().strftime("%d.%m.%Y")
    if language == "de":
        state = "veröffentlicht" if of.published else "nicht veröffentlicht"
        return f"Epoche {of.number}: {done} von {of.valid} eingetragen, {state}, gilt bis {day}"
    state = "published" if of.published else "not published"
    return f"epoch {of.number}: {done} of {of.valid} enrolled, {state}, good until {day}"
