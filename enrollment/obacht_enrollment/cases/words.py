"""What the fixed words of cases are called, in German and in English."""

from collections.abc import Mapping
from typing import Final

from obacht_enrollment.cases.comparing import Why
from obacht_enrollment.cases.history import Deed
from obacht_enrollment.cases.requests import Kind, Outcome
from obacht_enrollment.cases.states import Act, EndReason, Origin, State
from obacht_enrollment.language import Words

STATES: Final[Mapping[State, Words]] = {
    State.DRAFT: ("Entwurf", "draft"),
    State.AWAITING: ("wartet auf zweite Person", "awaiting second person"),
    State.ACTIVE: ("aktiv", "active"),
    State.EXPIRED: ("abgelaufen", "expired"),
    State.ENDED: ("beendet", "ended"),
    State.ANONYMISED: ("anonymisiert", "anonymised"),
}
END_REASONS: Final[Mapping[EndReason, Words]] = {
    EndReason.GROUND: ("Grund entfallen", "the ground fell away"),
    EndReason.OBJECTION: ("Widerspruch stattgegeben", "an objection was granted"),
    EndReason.ERROR: ("Irrtum", "error"),
    EndReason.ERASURE: ("Löschung verlangt", "erasure was granted"),
    EndReason.DISMISSED: ("nie in Kraft getreten", "given up before it was in force"),
}
ORIGINS: Final[Mapping[Origin, Words]] = {
    Origin.ENTERED: ("eingegeben", "entered"),
    Origin.REPORT: ("Meldung einer Dienststelle", "a department's report"),
    Origin.IMPORT: ("Importdatei", "imported file"),
    Origin.TAKEN_OVER: (
        "übernommen ohne dokumentierte Freigabe",
        "taken over, without an approval on record",
    ),
}
ACTS: Final[Mapping[Act, Words]] = {
    Act.ACTIVATE: ("in Kraft setzen", "put in force"),
    Act.AMEND: ("ändern", "amend"),
    Act.RENEW: ("verlängern", "renew"),
    Act.LIFT: ("Einschränkung aufheben", "lift the restriction"),
}
GROUNDS: Final[Mapping[str, Words]] = {
    "house-ban": ("Hausverbot", "house ban"),
    "complaint": ("Strafanzeige", "criminal complaint"),
    "application": ("Strafantrag", "application for prosecution"),
}
DEEDS: Final[Mapping[Deed, Words]] = {
    Deed.BEGUN: ("angelegt", "begun"),
    Deed.IMPORTED: ("importiert", "imported"),
    Deed.TAKEN_OVER: (
        "aus der früheren Version übernommen, ohne dokumentierte Freigabe",
        "taken over from the version before, without an approval on record",
    ),
    Deed.EDITED: ("geändert", "changed"),
    Deed.SUBMITTED: ("vorgelegt", "submitted"),
    Deed.PROPOSED: ("vorgeschlagen", "proposed"),
    Deed.APPROVED: ("freigegeben", "approved"),
    Deed.ACTIVATED: ("in Kraft getreten", "came into force"),
    Deed.AMENDED: ("Änderung in Kraft getreten", "change came into force"),
    Deed.RENEWED: ("verlängert", "renewed"),
    Deed.LIFTED: ("Einschränkung aufgehoben", "restriction lifted"),
    Deed.REJECTED: ("abgelehnt", "rejected"),
    Deed.WITHDRAWN: ("zurückgenommen", "withdrawn"),
    Deed.RESTRICTED: ("eingeschränkt", "restricted"),
    Deed.ENDED: ("beendet", "ended"),
    Deed.EXPIRED: ("abgelaufen", "expired"),
    Deed.ANONYMISED: ("anonymisiert", "anonymised"),
    Deed.DOCUMENT_ADDED: ("Dokument hinzugefügt", "document added"),
    Deed.NOTICE: ("Benachrichtigung vermerkt", "notice noted"),
    Deed.DOCUMENT_READ: ("Dokument gelesen", "document read"),
    Deed.DOCUMENT_REMOVED: ("Dokument entfernt", "document removed"),
    Deed.EXPORT_ASKED: ("Auskunft angefordert", "export asked for"),
    Deed.EXPORT_APPROVED: ("Auskunft freigegeben", "export approved"),
    Deed.EXPORT_READ: ("Auskunft ausgelesen", "export read out"),
    Deed.REQUEST_RECEIVED: ("Antrag eingegangen", "request received"),
    Deed.REQUEST_READ: ("Antrag gelesen", "request read"),
    Deed.REQUEST_ASSIGNED: ("Antrag dem Fall zugeordnet", "request assigned to the case"),
    Deed.REQUEST_EXTENDED: ("Frist des Antrags verlängert", "deadline of a request extended"),
    Deed.REQUEST_DECIDED: ("über Antrag entschieden", "request decided"),
    Deed.CALL: ("telefonisch Auskunft gegeben", "told on the telephone"),
    Deed.CALL_READ: ("Anruf nachgelesen", "record of a call read"),
}
WHYS: Final[Mapping[Why, Words]] = {
    Why.NAME_EQUAL: ("gleicher Name", "the same name"),
    Why.NAME_SIMILAR: ("ähnlicher Name", "a similar name"),
    Why.NAME_SWAPPED: ("Vor- und Familienname vertauscht", "given and family name swapped"),
    Why.NAME_PARTLY: ("Name ähnlich, soweit bekannt", "a similar name, as far as it is known"),
    Why.ONE_NAME: ("ein Name ähnlich", "one name similar"),
    Why.BIRTH_EQUAL: ("gleiches Geburtsdatum", "the same birth date"),
    Why.BIRTH_NEAR: ("ähnliches Geburtsdatum", "a similar birth date"),
    Why.BIRTH_PARTLY: ("Geburtsdatum gleich, soweit bekannt", "the same birth date, as far as it is known"),
    Why.ADDRESS: ("gleiche Anschrift", "the same address"),
}
REQUESTS: Final[Mapping[Kind, Words]] = {
    Kind.ACCESS: ("Auskunft", "access"),
    Kind.RECTIFICATION: ("Berichtigung", "rectification"),
    Kind.RESTRICTION: ("Einschränkung", "restriction"),
    Kind.OBJECTION: ("Widerspruch", "objection"),
    Kind.ERASURE: ("Löschung", "erasure"),
}
OUTCOMES: Final[Mapping[Outcome, Words]] = {
    Outcome.GRANTED: ("gewährt", "granted"),
    Outcome.PARTLY: ("teilweise gewährt", "granted in part"),
    Outcome.REFUSED: ("abgelehnt", "refused"),
    Outcome.NOTHING: ("nichts gespeichert", "nothing is recorded"),
}
LABELS: Final[Mapping[str, Words]] = {
    "name.family_name": ("Familienname", "family name"),
    "name.given_names": ("Vornamen", "given names"),
    "name.birth_name": ("Geburtsname", "birth name"),
    "aliases.family_name": ("weiterer Familienname", "other family name"),
    "aliases.given_names": ("Vornamen des weiteren Namens", "given names of the other name"),
    "aliases.birth_name": ("Geburtsname des weiteren Namens", "birth name of the other name"),
    "birth.year": ("Geburtsjahr", "year of birth"),
    "birth.month": ("Geburtsmonat", "month of birth"),
    "birth.day": ("Geburtstag", "day of birth"),
    "age_reason": (
        "Woher man weiß, dass die Person kein Kind ist",
        "Why it is certain that the person is not a child",
    ),
    "places.postcode": ("Postleitzahl", "postcode"),
    "places.street": ("Straße", "street"),
    "places.house_number": ("Hausnummer", "house number"),
    "places.side": ("Straßenseite", "side of the street"),
    "places.publish": ("Anschrift wird veröffentlicht", "address is published"),
    "incidents.day": ("Tag des Vorfalls", "day of the incident"),
    "incidents.time": ("Uhrzeit des Vorfalls", "time of the incident"),
    "incidents.place": ("Ort des Vorfalls", "place of the incident"),
    "incidents.kind": ("Art des Vorfalls", "kind of the incident"),
    "incidents.what": ("Hergang des Vorfalls", "what happened"),
    "incidents.reporter": ("meldende Stelle", "office that reported it"),
    "ground.kind": ("Grund", "ground"),
    "ground.file_number": ("Aktenzeichen", "file number"),
    "ground.day": ("Datum des Grundes", "date of the ground"),
    "ground.by_body": ("von der Behörde selbst", "by the public body itself"),
    "level": ("Stufe", "level"),
    "level_reason": ("Begründung der Stufe", "reason for the level"),
    "precautions": ("Schutzmaßnahme", "precaution"),
    "contact": ("Kontakt", "contact"),
    "review": ("Datum der Überprüfung", "date of the review"),
    "end": ("Enddatum", "end date"),
    "remarks": ("Bemerkungen", "remarks"),
    "notice.sent": ("Benachrichtigung verschickt", "notice sent"),
    "notice.deferred_until": ("Benachrichtigung aufgeschoben bis", "notice deferred until"),
    "notice.deferral_reason": ("Grund des Aufschubs", "reason for deferring it"),
}
"""What each field of a document is called."""
