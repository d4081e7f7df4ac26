"""An office that takes reports over HTTP, a department's device, and an invented report: for the tests of the inbox."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import httpx2
from nacl.signing import SigningKey

from obacht_enrollment.accounts import passwords
from obacht_enrollment.accounts.roles import Role, User
from obacht_enrollment.accounts.tables import UserRow
from obacht_enrollment.accounts.user_store import UserStore
from obacht_enrollment.http import create_app
from obacht_enrollment.inbox import devices
from obacht_enrollment.inbox.device_store import DeviceStore
from obacht_enrollment.inbox.store import InboxStore
from obacht_enrollment.inbox.tables import ReportingDevice
from obacht_enrollment.keyring import PublicKeys
from obacht_enrollment.office import Office
from obacht_protocol.encoding import base64url
from obacht_protocol.reports import MEDIA_TYPE, PATH, Ground, Incident, Report, ReportedPerson, Reporter
from safety_office import NOW, Site
from signing import Signer

ORIGIN = "https://office.town.example"
REPORT = Report(
    ReportedPerson("Geheimnis", "Gerda Maria", birth_date="1971-05", street="Verborgenstraße", house_number="7"),
    Incident("2026-11-03T14:30", "Schalter drei", "threat", "Sie warf einen Stuhl.\nSie schrie."),
    Reporter("Bürgeramt", "Melinda Melderin", "0221 1234"),
    NOW,
    Ground("complaint", "17 Js 1234/26", "2026-11-04"),
)
SECRETS = ("Geheimnis", "Gerda", "Verborgen", "Stuhl", "Melderin", "17 Js", "0221 1234", "Schalter drei")


class Desk:
    """A department's device, and the office's service that it talks to."""

    def __init__(self, site: Site) -> None:
        self.site = site
        site.office = replace(site.office, settings=replace(site.office.settings, reports=ORIGIN))
        self.signer = Signer(ORIGIN, SigningKey(bytes(range(32))))

    @property
    def office(self) -> Office:
        return self.site.office

    @property
    def inbox(self) -> InboxStore:
        return InboxStore(self.office.store.database)

    @property
    def devices(self) -> DeviceStore:
        return DeviceStore(self.office.store.database)

    def register(self, signer: Signer | None = None, department: str = "Bürgeramt") -> ReportingDevice:
        key = base64url((signer or self.signer).public_key)
        return devices.add(self.devices, department, key, "Schalter 1", self.site.now)

    def seal(self, report: Report = REPORT) -> bytes:
        return report.seal(PublicKeys(self.office.home).report)

    def send(
        self, *bodies: bytes, signer: Signer | None = None, headers: Mapping[str, str] | None = None
    ) -> list[httpx2.Response]:
        """Send these one after the other, each signed anew; ``headers`` replace those that belong to them."""
        by, replaced = signer or self.signer, headers or {}
        return self._ask(
            *(
                ("POST", PATH, body, {**by.headers("POST", PATH, body, media_type=MEDIA_TYPE), **replaced})
                for body in bodies
            )
        )

    def look(self, *receipts: str, signer: Signer | None = None) -> list[httpx2.Response]:
        """Ask how far these are."""
        by = signer or self.signer
        paths = [f"{PATH}/{receipt}" for receipt in receipts]
        return self._ask(*(("GET", path, b"", by.headers("GET", path)) for path in paths))

    def _ask(self, *requests: tuple[str, str, bytes, dict[str, str]]) -> list[httpx2.Response]:
        async def walk() -> list[httpx2.Response]:
            network = httpx2.ASGITransport(create_app(self.office, self.site.clock))
            async with httpx2.AsyncClient(transport=network, base_url=ORIGIN) as client:
                return [
                    await client.request(method, path, content=body, headers=headers)
                    for method, path, body, headers in requests
                ]

        return asyncio.run(walk())


def make_user(office: Office, login: str, *roles: Role, password: str = "") -> User:
    """Make a user, who can sign in if there is a password."""
    key, wrapped = office.vault.new_record_key(login.ljust(16, ".").encode())
    row = UserRow(
        handle=key.record_id,
        login=login,
        wrapped_key=wrapped,
        name=key.seal("name", login.encode()),
        roles=",".join(sorted(roles)),
        password=passwords.new_hash(password, login) if password else "",
        added=NOW,
    )
    kept = UserStore(office.store.database).add(row, None)
    return User(kept.id, login, login, frozenset(roles))
