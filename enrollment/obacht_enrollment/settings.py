"""Plain settings of the office, ``office.toml``: nothing secret, meant to be edited by hand."""

import inspect
import json
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self, TypeVar, get_type_hints

from obacht_enrollment.accounts.settings import Login
from obacht_enrollment.cases.retention import Retention
from obacht_enrollment.engines import at_server
from obacht_enrollment.errors import SettingsError
from obacht_enrollment.letters.sender import Sender
from obacht_protocol.descriptor import Canary, Contact, Purpose, check_deployment, check_origin
from obacht_protocol.errors import ProtocolError
from obacht_protocol.messages import check_purpose
from obacht_protocol.stretch import by_name

_HOUR: Final = 3600
_T = TypeVar("_T")
_TEMPLATE: Final = """\
# Einstellungen der Sicherheitsstelle. Nichts hier ist geheim. / Settings of the safety office. Nothing here is secret.

deployment = {deployment}
matcher = {matcher}

# Der Kontakt, der gilt, wenn eine Zeile der Importdatei keinen nennt. / The contact of a line that names none.
default_contact = 1

# Wie lange ein Registerkopf gilt (24 bis 72 Stunden), und wie oft er erneuert wird.
# How long a head of the register is good for (24 to 72 hours), and how often it is renewed.
head_hours = 48
renew_minutes = 60

# Wo der Dienst lauscht. / Where the service listens.
listen = "127.0.0.1:8300"

# Wo Browser die Stelle erreichen: https://... hinter einem Reverse-Proxy, http nur auf diesem Rechner.
# Where browsers find the office: https://... behind a reverse proxy, http on this machine alone.
origin = "http://localhost:8300"

# Wo Dienststellen den Dienst für versiegelte Meldungen finden; leer: Meldungen werden nicht entgegengenommen.
# Where departments find the service for sealed reports; empty: no reports are taken. As https://office.example.org
reports = ""

# Wie teuer jeder Versuch an einem gestohlenen Register ist: INTERACTIVE oder HARDENED.
# How dear each try at a stolen register is: INTERACTIVE or HARDENED.
stretch = {stretch}

# Wo die Einträge liegen: in office.db in diesem Ordner oder auf einem PostgreSQL-Server (Passwort in einer Datei).
# Where the records lie: in office.db in this folder, or at a PostgreSQL server (password in a file).
# [storage]
# url = "postgresql://obacht@db.example.org/obacht"
# password_file = "/etc/obacht/database-password"

# Wie lange Fälle bleiben: bis zur Überprüfung, bis zum Ende (auch bei Minderjährigen), danach bis zur Anonymisierung;
# Entwürfe, die niemand anrührt; Anträge und Anrufe ohne Fall.
# How long cases stay: until review, until their end (for minors as well), then until they are anonymised;
# drafts that nobody touches; requests and calls without a case.
[retention]
review_months = 12
end_months = 24
minor_review_months = 6
minor_end_months = 12
objection_days = 30
draft_days = 90
paper_months = 12

# Wer Briefe schreibt; ohne diese Angaben entsteht kein Brief. Alle Angaben: docs/operations.md, "Letters".
# Who writes letters; none is made without it. All that can be said: docs/operations.md, "Letters".
# [letters]
# body = "Stadt Musterstadt"
# office = {office}
# street = "Rathausplatz 1"
# town = "50999 Musterstadt"
# phone = {phone}
# mail = "sicherheitsstelle@musterstadt.example"
# data_protection_officer = "Datenschutzbeauftragte der Stadt Musterstadt, ..."
# supervisory_authority = "Landesbeauftragte für Datenschutz und Informationsfreiheit Nordrhein-Westfalen, ..."
# remedies = "Gegen diesen Bescheid kann innerhalb eines Monats nach Bekanntgabe Klage ... erhoben werden."

# Eine erfundene Person, die immer gefunden werden muss. / An invented person who must always be found.
[canary]
family_name = {family_name}
given_names = {given_names}
birth_date = {birth_date}

[[contacts]]
number = 1
office = {office}
phone = {phone}
mail = ""
hours = ""
after_hours = ""

[[purposes]]
id = "aussendienst"
label = "Außendienst, Hausbesuch"

[[purposes]]
id = "vorsprache"
label = "Vorsprache im Amt"

[[purposes]]
id = "einsatz"
label = "Einsatz aus besonderem Anlass"
"""


@dataclass(frozen=True, slots=True)
class Storage:
    """A PostgreSQL server that holds the records; without one they lie in a file of the office's folder.

    Attributes:
        url: As :func:`obacht_enrollment.engines.at_server` takes it, without a password.
        password_file: The file whose first line is the password; empty if it comes from the environment, or there is
            none.
    """

    url: str
    password_file: str = ""

    def __post_init__(self) -> None:
        """Refuse an address of the wrong form, or with a password in it; ``SettingsError``."""
        at_server(self.url, None)


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``office.toml`` says.

    Attributes:
        deployment: Id of the deployment.
        matcher: Origin of the matcher.
        contacts: Whom to call.
        purposes: Why departments may ask.
        canary: Who must always hit.
        default_contact: Number of the contact of records that name none.
        head_hours: Hours for which a head is good, 24 to 72.
        renew_minutes: Minutes between two heads, 1 to 60.
        listen: Address and port of the service.
        stretch: Name of the stretch set.
        origin: Where browsers find the service.
        reports: Where departments' devices find the service for their reports, which the descriptor then names; empty
            if no reports are taken.
        login: How people sign in.
        storage: The database server; None for a file.
        retention: How long cases stay.
        letters: Who writes the letters; None while nobody has said so, and then no letter is made.
        demonstration: Whether everybody here is invented; every page says so then.
    """

    deployment: str
    matcher: str
    contacts: tuple[Contact, ...]
    purposes: tuple[Purpose, ...]
    canary: Canary
    default_contact: int = 1
    head_hours: int = 48
    renew_minutes: int = 60
    listen: str = "127.0.0.1:8300"
    stretch: str = "INTERACTIVE"
    origin: str = "http://localhost:8300"
    reports: str = ""
    login: Login = field(default_factory=Login)
    storage: Storage | None = None
    retention: Retention = field(default_factory=Retention)
    letters: Sender | None = None
    demonstration: bool = False

    def __post_init__(self) -> None:
        """Refuse what no office can work with; ``SettingsError`` names the setting."""
        checks = (
            ("deployment", check_deployment),
            ("matcher", check_origin),
            ("stretch", by_name),
            ("origin", check_origin),
            *((("reports", check_origin),) if self.reports else ()),
        )
        for name, check in checks:
            try:
                check(getattr(self, name))
            except ProtocolError as error:
                raise SettingsError("setting", name=name) from error
        if not 24 <= self.head_hours <= 72:
            raise SettingsError("setting", name="head_hours")
        if not 1 <= self.renew_minutes <= 60:
            raise SettingsError("setting", name="renew_minutes")
        if self.default_contact not in self.contact_numbers:
            raise SettingsError("setting", name="default_contact")
        address, _, port = self.listen.rpartition(":")
        if not address or not port.isdecimal() or int(port) > 65_535:
            raise SettingsError("setting", name="listen")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``office.toml``; ``SettingsError`` if it is malformed, or a setting is missing, unknown or wrong."""
        try:
            table = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise SettingsError("toml", reason=str(error)) from error
        lists: dict[str, Any] = {
            "contacts": tuple(_read(Contact, "contacts", item) for item in _items(table, "contacts")),
            "purposes": tuple(_read(Purpose, "purposes", item) for item in _items(table, "purposes")),
            "canary": _read(Canary, "canary", table.get("canary")),
            "login": Login.parse(table.get("login", {})),
            "storage": _read(Storage, "storage", table["storage"]) if "storage" in table else None,
            "retention": _read(Retention, "retention", table.get("retention", {})),
            "letters": Sender.parse(table["letters"]) if "letters" in table else None,
        }
        for purpose in lists["purposes"]:
            try:
                check_purpose(purpose.id)
            except ProtocolError as error:
                raise SettingsError("setting", name="purposes") from error
        return _read(cls, "", table | lists)

    @property
    def contact_numbers(self) -> frozenset[int]:
        """Numbers of the contacts."""
        return frozenset(contact.number for contact in self.contacts)

    @property
    def head_lifetime(self) -> int:
        """Seconds for which a head is good."""
        return self.head_hours * _HOUR


def new_settings(*, deployment: str, matcher: str, office: str, phone: str, stretch: str) -> str:
    """Write the first ``office.toml``, with the usual purposes and a canary that no other deployment has."""
    year, month, day = 1900 + secrets.randbelow(20), 1 + secrets.randbelow(12), 1 + secrets.randbelow(28)
    values = {
        "deployment": deployment,
        "matcher": matcher,
        "office": office,
        "phone": phone,
        "stretch": stretch,
        "family_name": "Kanarienprobe",
        "given_names": "Obachta",
        "birth_date": f"{year}-{month:02}-{day:02}",
    }
    return _TEMPLATE.format(**{name: json.dumps(value, ensure_ascii=False) for name, value in values.items()})


def _items(table: Mapping[str, Any], name: str) -> list[Any]:
    value = table.get(name, [])
    if not isinstance(value, list) or not value:
        raise SettingsError("setting", name=name)
    return value


def _read(kind: type[_T], name: str, value: Any) -> _T:  # noqa: ANN401 - whatever the file holds
    if not isinstance(value, dict):
        raise SettingsError("setting", name=name)
    for key, expected in get_type_hints(kind).items():
        if key in value and expected in {bool, int, str} and type(value[key]) is not expected:
            raise SettingsError("setting", name=f"{name}.{key}".lstrip("."))
    try:
        return kind(**value)
    except TypeError as error:
        known = inspect.signature(kind).parameters
        unknown = sorted(value.keys() - known.keys())
        missing = [key for key, one in known.items() if one.default is one.empty and key not in value]
        raise SettingsError("setting", name=f"{name}.{(unknown or missing)[0]}".lstrip(".")) from error
