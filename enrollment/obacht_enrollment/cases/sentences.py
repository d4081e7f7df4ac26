"""What is said when something cannot be done with a case, in German and in English."""

from typing import Final

from obacht_enrollment.cases.obstacle_words import obstacles
from obacht_enrollment.errors import OfficeError
from obacht_enrollment.language import Language, Words

SENTENCES: Final[dict[str, Words]] = {
    # the case as such
    "case-unknown": ("Es gibt keinen Fall {number}.", "There is no case {number}."),
    "case": (
        "Fall {number} passt nicht zu office.key oder wurde verändert; holen Sie die Datenbank aus der Sicherung.",
        "Case {number} does not fit office.key, or was tampered with; restore the database from the backup.",
    ),
    "changed": (
        "Jemand hat Fall {number} inzwischen geändert; bitte neu ansehen.",
        "Somebody has changed case {number} meanwhile; please look at it again.",
    ),
    "anonymised": (
        "Der Fall ist anonymisiert; es ist nichts mehr da.",
        "The case is anonymised; there is nothing left of it.",
    ),
    "why": ("Bitte angeben, warum der Fall angesehen wird.", "Please say why the case is looked at."),
    # what a case says
    "birth": ("Diesen Geburtstag gibt es nicht.", "There is no such birth date."),
    "content": (
        "Die Angabe „{field}“ gibt es nicht, oder sie hat nicht die erwartete Form.",
        "“{field}” is unknown, or is not of the expected form.",
    ),
    "content-form": ("Das ist kein JSON in UTF-8.", "That is no JSON in UTF-8."),
    # the workflow
    "state": ("In diesem Zustand des Falls geht das nicht.", "That cannot be done with a case in this state."),
    "own-work": (
        "Niemand gibt die eigene Arbeit frei; das muss eine andere Person tun.",
        "Nobody approves their own work; somebody else has to.",
    ),
    "approved-already": (
        "Sie haben schon zugestimmt; es fehlt noch eine weitere Person.",
        "You have approved already; another person is still needed.",
    ),
    "unseen": (
        "Sie haben Fall {number} seit der letzten Änderung nicht angesehen; zuerst: obacht-office case show {number}",
        "You have not looked at case {number} since it was changed; first: obacht-office case show {number}",
    ),
    "nothing-proposed": ("Zu diesem Fall wartet nichts auf eine Freigabe.", "Nothing of this case awaits approval."),
    "pending": (
        "Zu diesem Fall wartet schon etwas auf eine Freigabe; zuerst darüber entscheiden.",
        "Something of this case awaits approval already; decide about that first.",
    ),
    "renewal": (
        "Ein späteres Enddatum ist eine Verlängerung: obacht-office case renew",
        "A later end date is a renewal: obacht-office case renew",
    ),
    "not-later": (
        "Eine Verlängerung braucht ein späteres Enddatum als bisher.",
        "A renewal needs a later end date than the one before.",
    ),
    "reason": ("Dazu fehlt eine Begründung.", "This needs a reason."),
    "restricted": ("Der Fall ist schon eingeschränkt.", "The case is restricted already."),
    "not-restricted": ("Der Fall ist nicht eingeschränkt.", "The case is not restricted."),
    "end-reason": (
        "Aus diesem Grund kann ein Fall in diesem Zustand nicht enden.",
        "A case in this state cannot end for this reason.",
    ),
    "objection-period": (
        "Die Widerspruchsfrist ist noch nicht vorbei.",
        "The objection period is not over yet.",
    ),
    "deferral": (
        "Ein Aufschub braucht eine Begründung und einen Tag bis zum Enddatum des Falls, an dem neu gefragt wird.",
        "Deferring the notice needs a reason, and a day until the case's end on which that is asked again.",
    ),
    "notice-future": (
        "Eine Benachrichtigung kann nicht in der Zukunft verschickt worden sein.",
        "No notice can have been sent in the future.",
    ),
    "erased": ("Das ist gelöscht; es ist nichts mehr da.", "That is erased; there is nothing left of it."),
    # requests of persons concerned
    "request-unknown": ("Es gibt keinen Antrag {number}.", "There is no request {number}."),
    "request-decided": ("Über diesen Antrag ist schon entschieden.", "This request is decided already."),
    "request-extended": (
        "Die Frist wurde schon einmal verlängert; das geht nur einmal.",
        "The deadline was extended already, which is possible once.",
    ),
    "request-late": (
        "Die Frist ist vorbei; verlängern lässt sie sich nur innerhalb des ersten Monats.",
        "The deadline is over; it can be extended within the first month only.",
    ),
    "request-text": (
        "Der Text fehlt oder ist länger als 20.000 Zeichen.",
        "The text is missing, or longer than 20,000 characters.",
    ),
    "request-kind": ("Bitte wählen, was verlangt wird.", "Please choose what is asked for."),
    "request-outcome": ("Bitte wählen, wie entschieden wird.", "Please choose what is decided."),
    "request-received": ("Ein Antrag geht nicht in der Zukunft ein.", "No request comes in in the future."),
    "request-case": (
        "Ohne Fall lässt sich nichts gewähren; zuerst den Fall zuordnen.",
        "Nothing can be granted without a case; please assign the case first.",
    ),
    "request-others": (
        "Zu diesem Fall sind noch andere Anträge offen; zuerst über sie entscheiden.",
        "Other requests about this case are open; please decide about them first.",
    ),
    # calls
    "call-unknown": ("Es gibt keinen Anruf {number}.", "There is no call {number}."),
    "call-incomplete": (
        "Zum Anruf gehören Anrufer (caller), Dienststelle (department) und Auskunft (told); es fehlt: {field}",
        "A call has a caller, a department, and what was told; missing: {field}",
    ),
    "year": ("Das ist kein Jahr.", "That is no year."),
    # documents and exports
    "document-unknown": ("Es gibt kein Dokument {number}.", "There is no document {number}."),
    "document-name": (
        "Der Name des Dokuments fehlt oder hat mehr als 200 Zeichen.",
        "The document's name is missing, or has more than 200 characters.",
    ),
    "document-type": ("Das ist kein Medientyp wie application/pdf.", "That is no media type as application/pdf."),
    "document-large": (
        "Das Dokument ist leer oder größer als {most} MiB.",
        "The document is empty, or larger than {most} MiB.",
    ),
    "documents-many": (
        "Ein Fall hat höchstens {most} Dokumente.",
        "A case has at most {most} documents.",
    ),
    "export-unknown": ("Es gibt keine Auskunft {number}.", "There is no export {number}."),
    "export-none": (
        "Eine Auskunft braucht eine zweite Person; bitte zuerst anfordern.",
        "An export takes a second person; please ask for it first.",
    ),
    "export-others": (
        "Diese Auskunft hat jemand anderes angefordert; nur wer sie anfordert, liest sie aus.",
        "Somebody else asked for this export; only they may read it out.",
    ),
    "export-waits": (
        "Diese Auskunft hat noch niemand freigegeben.",
        "Nobody has approved this export yet.",
    ),
    "export-over": (
        "Diese Auskunft ist seit mehr als einer Stunde ausgelesen oder seit einer Woche freigegeben; neu anfordern.",
        "This export was read out more than an hour ago, or approved more than a week ago; please ask for it anew.",
    ),
    # the history
    "history-event": (
        "Die Historie wurde verändert: Eintrag {event} ist nicht so, wie er geschrieben wurde, oder er fehlt.",
        "The history was changed: event {event} is not as it was written, or is missing.",
    ),
    "history-head": (
        "Das Ende der Historie ist nicht das unterschriebene; Einträge wurden gelöscht oder neu geschrieben.",
        "The history's end is not what this office has signed; events were deleted or written anew.",
    ),
}


def missing(error: OfficeError, language: Language) -> str | None:
    """Say all that keeps a case from being in force, one line each; None if the error is another one."""
    found = error.details.get("found")
    if error.code != "obstacles" or not isinstance(found, list):
        return None
    return "\n".join(obstacles(found, language, str(error.details["ground"])))
