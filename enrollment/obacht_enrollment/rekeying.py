"""A new office key and passphrase: everything that the old key sealed is taken over, and then the old key is gone.

The new key lies beside the old one, locked, before anything is changed, and takes its place when all is: whoever is
interrupted goes on with both. The database is changed in one transaction, which also says under which key it stands.
"""

from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection, bindparam, delete, select, update

from obacht_enrollment import erasing
from obacht_enrollment.database import Database
from obacht_enrollment.errors import VaultError
from obacht_enrollment.home import NEXT_OFFICE_KEY, OFFICE_KEY, Home
from obacht_enrollment.office import read_settings, records_url
from obacht_enrollment.sealed import FILES, FINGERPRINTS, SEALED, WRAPPED, Column, telling
from obacht_enrollment.tables import OfficeKeyRow
from obacht_enrollment.turns import in_use
from obacht_enrollment.vault import WRAPPED_LENGTH, Vault
from obacht_protocol.locks import RFC_9106_LOW_MEMORY, Cost

Change = Callable[[bytes, bytes], bytes]
"""Takes what stands beside a value, and the value, and gives the new one."""
_CHUNK: Final = 1000


def rekey(home: Home, old: bytes, new: bytes, now: int, cost: Cost = RFC_9106_LOW_MEMORY) -> None:
    """Change the office key and the passphrase, or go on where that was interrupted.

    Args:
        home: The office's folder; nobody else may use it.
        old: The passphrase until now.
        new: The passphrase from now on; when going on, the one with which it was begun.
        now: Unix seconds.
        cost: What a guess at the new passphrase costs.

    Raises:
        HomeError: A file cannot be read or written, or somebody uses the office (``office-in-use``).
        SettingsError: The settings are wrong.
        VaultError: A passphrase is wrong (``passphrase``, ``rekey-passphrase``), or something was tampered with and
            cannot be taken over. What was changed until then stays good, and nothing is lost.
        StoreError: The database failed.
    """
    with in_use(home, alone=True):
        before = Vault.unlock(home.read(OFFICE_KEY), old)
        database = Database.open(records_url(home, read_settings(home)))
        try:
            after = _begin(home, before, new, cost)
            _take_over(database, before, after, now)
            erasing.clean_all(database)
        finally:
            database.close()
        for file, name in FILES.items():
            if home.has(file):
                _take_over_file(home, before, after, file, name)
        home.put_in_place(NEXT_OFFICE_KEY, OFFICE_KEY)


def abandon(home: Home, passphrase: bytes) -> None:
    """Leave the office key as it is, where a change of it was begun and has not reached the records.

    Raises:
        VaultError: The passphrase is wrong, no change was begun (``rekey-none``), or it can only be ended
            (``rekey-reached``).
        HomeError: As :func:`rekey`.
        StoreError: The database failed.
    """
    with in_use(home, alone=True):
        vault = Vault.unlock(home.read(OFFICE_KEY), passphrase)
        if not home.has(NEXT_OFFICE_KEY):
            raise VaultError("rekey-none")
        database = Database.open(records_url(home, read_settings(home)))
        try:
            with database.reading() as session:
                stands = session.scalars(select(OfficeKeyRow.id)).one_or_none()
        finally:
            database.close()
        if stands not in {None, vault.id}:
            raise VaultError("rekey-reached")
        home.remove(NEXT_OFFICE_KEY)


def _begin(home: Home, before: Vault, passphrase: bytes, cost: Cost) -> Vault:
    if not home.has(NEXT_OFFICE_KEY):
        after, locked = before.successor(passphrase, cost)
        home.write_new(NEXT_OFFICE_KEY, locked)
        return after
    try:
        return Vault.unlock(home.read(NEXT_OFFICE_KEY), passphrase)
    except VaultError as error:
        raise VaultError("rekey-passphrase" if error.code == "passphrase" else error.code) from error


def _take_over(database: Database, before: Vault, after: Vault, now: int) -> None:
    def take_over_key(identity: bytes, wrapped: bytes) -> bytes:
        return after.take_over_key(before, identity, wrapped) if len(wrapped) == WRAPPED_LENGTH else wrapped

    def take_over_fingerprint(_: bytes, fingerprint: bytes) -> bytes:
        return after.take_over_fingerprint(fingerprint)

    def take_over_sealed(naming: Callable[[bytes], str]) -> Change:
        return lambda part, sealed: after.take_over_file(before, naming(part), sealed)

    with database.writing() as session:
        stands = session.scalars(select(OfficeKeyRow.id)).one_or_none()
        if stands == after.id:
            return  # whoever was interrupted had done it
        if stands not in {None, before.id}:
            raise VaultError("office-key-other")
        connection = session.connection()
        for wrapped in WRAPPED:
            _change(connection, wrapped.key, wrapped.identity, take_over_key)
        for sealed in SEALED:
            _change(connection, sealed.column, sealed.part, take_over_sealed(sealed.naming))
        for column in FINGERPRINTS:
            _change(connection, column, column, take_over_fingerprint)
        session.execute(delete(OfficeKeyRow))
        session.add(OfficeKeyRow(id=after.id, since=now))


def _change(connection: Connection, column: Column, beside: Column, change: Change) -> None:
    """Change a column wherever there is something in it, by what stands in another one beside it."""
    table = column.table
    keys = list(table.primary_key)
    new = []
    for *key, part, value in connection.execute(select(*keys, beside, column)):
        if value:
            with telling(table.name, key[0]):
                new.append({f"_key_{place}": of for place, of in enumerate(key)} | {"_new": change(part, value)})
    where = [of == bindparam(f"_key_{place}") for place, of in enumerate(keys)]
    statement = update(table).where(*where).values({column.name: bindparam("_new")})
    for place in range(0, len(new), _CHUNK):
        connection.execute(statement, new[place : place + _CHUNK])


def _take_over_file(home: Home, before: Vault, after: Vault, file: str, name: str) -> None:
    sealed = home.read(file)
    try:
        after.open_file(name, sealed)
    except VaultError:  # not yet
        try:
            home.replace(file, after.take_over_file(before, name, sealed))
        except VaultError as error:
            raise VaultError("rekey-tampered-file", path=home.path(file)) from error
