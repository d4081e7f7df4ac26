"""What ``doctor`` looks at: each check says what is wrong and which command mends it."""

import asyncio
import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from obacht_clients.receipts import month_of
from obacht_clients.transport import Clock
from obacht_enrollment import epochs, rotation, words
from obacht_enrollment.errors import OfficeError
from obacht_enrollment.home import MAINTENANCE, NEXT_OFFICE_KEY, OFFICE_KEY, Home
from obacht_enrollment.inbox.device_store import DeviceStore
from obacht_enrollment.keyring import PublicKeys
from obacht_enrollment.maintenance import Maintenance
from obacht_enrollment.office import descriptor_in_force, open_store, read_settings, records_url
from obacht_enrollment.outside import Outside
from obacht_enrollment.store import Store
from obacht_enrollment.vault import Vault
from obacht_enrollment.words import Language
from obacht_protocol.descriptor import Descriptor
from obacht_protocol.errors import ProtocolError
from obacht_protocol.head import Head
from obacht_service.doctor import Check, CheckError

_T = TypeVar("_T")
_DAY: Final = 86_400
_SOON: Final = 14 * _DAY
_BACKUP_EVERY: Final = 7 * _DAY
_TEST_EVERY: Final = 100 * _DAY
_LATE_RENEWALS: Final = 3
"""Renewals that may be missing before something must be wrong."""

_REMEDIES: Final = {"database-old": "obacht-office migrate"}
"""What mends a failure by its code, wherever it shows."""


def checks(home: Home, passphrase: bytes | None, language: Language, clock: Clock) -> Iterator[Check]:
    """Give the checks in the order in which they make sense.

    Args:
        home: The office's folder.
        passphrase: Tried on the office key, if there is one.
        language: Of the answers.
        clock: Gives Unix seconds.
    """
    looks = _Looks(home, language, clock)
    yield Check("settings", looks.settings)
    yield Check("files", looks.files)
    if passphrase is not None:
        yield Check("passphrase", lambda: looks.passphrase(passphrase))
    yield Check("office key", looks.office_key)
    yield Check("records", looks.records)
    yield Check("backup", looks.backup)
    yield Check("descriptor", looks.descriptor)
    yield Check("receipts", looks.receipts)
    yield Check("reports", looks.reports)
    yield Check("epochs", looks.epochs)
    yield Check("publication", looks.publication)
    yield Check("matcher", looks.matcher)


class _Looks:
    def __init__(self, home: Home, language: Language, clock: Clock) -> None:
        self._home = home
        self._language = language
        self._clock = clock

    def settings(self) -> str:
        settings = self._try(lambda: read_settings(self._home), "obacht-office init, office.toml")
        return settings.deployment

    def files(self) -> str:
        loose = self._try(self._home.open_to_others, "obacht-office init")
        if loose:
            raise CheckError(
                self._say("Andere dürfen lesen: ", "Others may read: ") + ", ".join(map(str, loose)),
                f"chmod -R go= {self._home.folder}",
            )
        return self._say("nur für den Eigentümer lesbar", "open to their owner alone")

    def passphrase(self, passphrase: bytes) -> str:
        backup = self._say("office.key aus der Sicherung", "office.key from the backup")
        self._try(lambda: Vault.unlock(self._home.read(OFFICE_KEY), passphrase), backup)
        return self._say("öffnet office.key", "opens office.key")

    def office_key(self) -> str:
        if self._home.has(NEXT_OFFICE_KEY):
            raise CheckError(
                self._say("Der Wechsel wurde unterbrochen.", "The change of it was interrupted."), "obacht-office rekey"
            )
        with self._store() as store:
            stands = self._try(store.office_key, self._say("office.db aus der Sicherung", "office.db from the backup"))
        changed = self._day(stands.since if stands else 0)
        return self._say(f"zuletzt gewechselt: {changed}", f"last changed: {changed}")

    def records(self) -> str:
        def look() -> int:
            with open_store(self._home) as store:
                store.database.check()
                return len(store.records())

        count = self._try(look, self._say("office.db aus der Sicherung", "office.db from the backup"))
        return self._say(f"{count} Einträge", f"{count} records")

    def backup(self) -> str:
        record = self._try(lambda: Maintenance.read(self._home), f"rm {self._home.path(MAINTENANCE)}")
        made, tested = (self._day(moment) for moment in (record.backup, record.tested))
        if record.backup < self._clock() - _BACKUP_EVERY:
            raise CheckError(
                self._say(f"zuletzt gesichert: {made}", f"last backup: {made}"), "obacht-office backup FILE"
            )
        if record.tested < self._clock() - _TEST_EVERY:
            raise CheckError(
                self._say(f"zuletzt geprüft, ob eine taugt: {tested}", f"last test of one: {tested}"),
                "obacht-office restore --test FILE",
            )
        return self._say(f"vom {made}, zuletzt geprüft am {tested}", f"of {made}, last tested on {tested}")

    def descriptor(self) -> str:
        descriptor = self._descriptor()
        left = descriptor.expires - self._clock()
        if left < _SOON:
            raise CheckError(
                self._say(f"läuft in {max(left, 0) // _DAY} Tagen ab", f"ends in {max(left, 0) // _DAY} days"),
                "obacht-office descriptor draft",
            )
        return self._say(f"Version {descriptor.version} gilt", f"version {descriptor.version} is in force")

    def receipts(self) -> str:
        named = {key.month for key in self._descriptor().receipts}
        if not named:
            return self._say("keine", "none")
        missing = sorted({month_of(self._clock()), month_of(self._clock() + _SOON)} - named)
        if missing:
            months = ", ".join(missing)
            raise CheckError(
                self._say(
                    f"ohne Schlüssel, dann kann niemand fragen: {months}", f"nobody can ask for want of: {months}"
                ),
                "obacht audit keys make; obacht-office descriptor draft --receipts receipt-keys.json",
            )
        return self._say(f"Schlüssel bis {max(named)}", f"keys until {max(named)}")

    def reports(self) -> str:
        named = self._descriptor().reports
        set_up = self._try(lambda: read_settings(self._home), "office.toml").reports
        if named != set_up:
            raise CheckError(
                self._say(
                    f"Dienststellen senden an: {named or 'niemanden'}; in office.toml steht: {set_up or 'nichts'}",
                    f"departments send them to {named or 'nobody'}; office.toml says {set_up or 'nothing'}",
                ),
                "obacht-office descriptor draft",
            )
        if not named:
            return self._say("werden nicht entgegengenommen", "none are taken")
        with self._store() as store:
            devices = [device for device in DeviceStore(store.database).all() if not device.revoked]
        return self._say(f"an {named}, Geräte: {len(devices)}", f"at {named}, devices: {len(devices)}")

    def epochs(self) -> str:
        descriptor = self._descriptor()
        newest = epochs.in_order(descriptor)[-1]
        left = newest.ends - self._clock()
        if left < _SOON:
            raise CheckError(
                self._say(
                    f"Epoche {newest.number} endet in {max(left, 0) // _DAY} Tagen",
                    f"epoch {newest.number} ends in {max(left, 0) // _DAY} days",
                ),
                "obacht-keys ceremony deal --previous transcript.json; obacht-office descriptor draft --ceremony",
            )
        with self._store() as store:
            standings = rotation.standings(store, descriptor, self._clock())
        if len(standings) > 1 and standings[-1].published and newest.begins < self._clock() - _SOON:
            over = standings[0].number
            raise CheckError(
                self._say(f"Epoche {over} wird nicht mehr gebraucht", f"epoch {over} is no longer needed"),
                f"obacht-office descriptor draft --drop-epoch {over}",
            )
        return "; ".join(words.standing(standing, self._language) for standing in standings)

    def publication(self) -> str:
        with self._store() as store:
            latest = self._try(
                store.latest_publication, self._say("office.db aus der Sicherung", "office.db from the backup")
            )
            if latest is None:
                raise CheckError(
                    self._say("Noch wurde nichts veröffentlicht.", "Nothing was published yet."),
                    "obacht-office publish",
                )
            enrolled = store.enrolled_numbers(latest.epoch_id)
            now = self._clock()
            new = sum(
                1
                for row in store.records()
                if row.valid_until > now and (row.taken_in > latest.started or row.number not in enrolled)
            )
        if new:
            raise CheckError(
                self._say(f"{new} Einträge sind noch nicht veröffentlicht.", f"{new} records are not published yet."),
                "obacht-office publish",
            )
        return self._say(f"Register {latest.sequence}", f"register {latest.sequence}")

    def matcher(self) -> str:
        settings = self._try(lambda: read_settings(self._home), "office.toml")

        async def fetch() -> bytes | None:
            # what anybody may fetch needs no device
            async with Outside.open(bytes(32), settings.matcher, self._clock) as outside:
                return await outside.head()

        note = self._try(lambda: asyncio.run(fetch()), f"obacht-matcher doctor ({settings.matcher})")
        if note is None:
            raise CheckError(self._say("Er hat kein Register.", "It has no register."), "obacht-office publish")
        try:
            head = Head.verify(note, PublicKeys(self._home).head)
        except ProtocolError as error:
            raise CheckError(
                self._say("Sein Register ist nicht von dieser Stelle.", "Its register is not this office's."),
                self._say("matcher in office.toml", "matcher in office.toml"),
            ) from error
        age = self._clock() - head.issued
        if age > _LATE_RENEWALS * settings.renew_minutes * 60:
            raise CheckError(
                self._say(
                    f"Der Registerkopf ist {age // 3600} Stunden alt und gilt noch "
                    f"{max(head.expires - self._clock(), 0) // 3600} Stunden.",
                    f"The head is {age // 3600} hours old and good for another "
                    f"{max(head.expires - self._clock(), 0) // 3600} hours.",
                ),
                "obacht-office serve",
            )
        return self._say(
            f"Register {head.sequence}, Kopf {age // 60} Minuten alt",
            f"register {head.sequence}, head {age // 60} minutes old",
        )

    def _descriptor(self) -> Descriptor:
        found = self._try(lambda: descriptor_in_force(self._home), "obacht-office descriptor draft")
        if found is None:
            raise CheckError(
                self._say("Es gibt noch keine.", "There is none yet."),
                "obacht-office descriptor draft; obacht-office descriptor sign; obacht-office descriptor put",
            )
        return found[0]

    @contextmanager
    def _store(self) -> Iterator[Store]:
        store = self._try(lambda: Store.open(records_url(self._home, read_settings(self._home))), "obacht-office init")
        try:
            yield store
        finally:
            store.close()

    def _day(self, moment: int) -> str:
        if not moment:
            return self._say("noch nie", "never")
        return dt.datetime.fromtimestamp(moment, dt.UTC).strftime("%d.%m.%Y")

    def _say(self, german: str, english: str) -> str:
        return german if self._language == "de" else english

    def _try(self, look: Callable[[], _T], remedy: str) -> _T:
        try:
            return look()
        except OfficeError as error:
            raise CheckError(words.sentence(error, self._language), _REMEDIES.get(error.code, remedy)) from error
