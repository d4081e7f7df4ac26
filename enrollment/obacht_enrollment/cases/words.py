"""What the fixed words of cases are called, in German and in English."""

from collections.abc import Mapping
from typing import Final

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
