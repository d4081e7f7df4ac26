"""What is said when a letter cannot be written, in German and in English."""

from typing import Final

from obacht_enrollment.language import Words

SENTENCES: Final[dict[str, Words]] = {
    "letter-address": (
        "Die Anschrift braucht einen Namen und eine bis sechs Zeilen, keine davon leer.",
        "The address needs a name, and one to six lines, none of them empty.",
    ),
    "letter-ground": (
        "Der Grund muss Hausverbot, Strafanzeige oder Strafantrag sein.",
        "The ground must be a house ban, a criminal complaint or an application for prosecution.",
    ),
    "letter-level": ("Die Stufe muss 2 oder 3 sein.", "The level must be 2 or 3."),
    "letter-incomplete": ("Für diesen Brief fehlt: {field}", "This letter lacks: {field}"),
    "letter-table": (
        "Eine Tabelle des Berichts hat Lücken, mehr als sechs Spalten oder keine Zeile.",
        "A table of the report has holes, more than six columns, or no line.",
    ),
    "letter-remedies": (
        "Eine Ablehnung braucht eine Rechtsbehelfsbelehrung; in office.toml fehlt letters.{setting}.",
        "A refusal must name the remedies against it; in office.toml, letters.{setting} is missing.",
    ),
    "letter-sender": (
        "In office.toml fehlt die Tabelle [letters]; ohne sie lässt sich kein Brief schreiben.",
        "In office.toml, the table [letters] is missing; no letter can be written without it.",
    ),
    "letter-inactive": (
        "Der Fall ist nicht in Kraft. Vorher gibt es nur einen Entwurf des Briefs (--draft), danach keinen.",
        "The case is not in force. Before, there are only drafts of the letter (--draft), and none afterwards.",
    ),
    "letter-nobody": (
        "Der Fall nennt niemanden, dem zu schreiben wäre.",
        "The case names nobody to write to.",
    ),
    "letter-access": (
        "Eine Auskunft beantwortet nur Anträge auf Auskunft.",
        "The answer to an access request is for access requests alone.",
    ),
    "letter-answer": (
        "Diesen Antrag beantwortet die Auskunft selbst.",
        "This request is answered by the answer to an access request itself.",
    ),
    "letter-refused": (
        "Der Antrag auf Auskunft ist abgelehnt; statt der Auskunft geht der Bescheid heraus.",
        "The access request is refused; the decision is written instead of the answer.",
    ),
    "letter-undecided": (
        "Über den Antrag ist noch nicht entschieden.",
        "The request is not decided yet.",
    ),
    "letter-changes": (
        "Am Fall wurde seit dem Antrag nichts berichtigt.",
        "Nothing of the case was rectified since the request.",
    ),
    "letter-not-ended": (
        "Der Fall ist nicht beendet, oder er war nie in Kraft.",
        "The case has not ended, or was never in force.",
    ),
    "letter-not-lifted": (
        "Niemand hat vorgeschlagen, eine Einschränkung dieses Falls aufzuheben.",
        "Nobody has proposed to lift a restriction of this case.",
    ),
    "letter-past": ("Dieser Tag ist vorbei.", "That day is over."),
    "letter-represented": (
        "Kein Fall sagt, wen die Person vertritt; dieser Brief geht nur an die Person selbst.",
        "No case says whom the addressee represents; this letter goes to the person concerned alone.",
    ),
    "letter-failed": (
        "Der Brief lässt sich nicht setzen. Bitte melden Sie das dem Hersteller, ohne den Inhalt zu nennen.",
        "The letter cannot be typeset. Please tell its makers, without its content.",
    ),
}
