"""The office, unlocked: its folder, settings, keys, descriptor and records in one hand."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from sqlalchemy import URL

from obacht_enrollment import home as homes
from obacht_enrollment.engines import at_server, in_file
from obacht_enrollment.errors import DescriptorDraftError, HomeError, SettingsError, VaultError
from obacht_enrollment.home import Home
from obacht_enrollment.keyring import Keyring, PublicKeys
from obacht_enrollment.settings import Settings
from obacht_enrollment.store import Store
from obacht_enrollment.turns import Use
from obacht_enrollment.vault import Vault
from obacht_protocol import notes
from obacht_protocol.descriptor import Descriptor
from obacht_protocol.errors import ProtocolError
from obacht_protocol.locks import RFC_9106_LOW_MEMORY, Cost
from obacht_service import files
from obacht_service.errors import FileError

DATABASE_VARIABLE: Final = "OBACHT_OFFICE_DATABASE_PASSWORD"
"""In the environment: the password for the database's server, where office.toml names no file that holds it."""


@dataclass(frozen=True, slots=True)
class Office:
    """What every command works with that needs the passphrase.

    Attributes:
        home: Its folder.
        settings: As in ``office.toml``.
        vault: Unlocked.
        keys: Its own keys.
        store: Its records.
        use: That this process works with it.
    """

    home: Home
    settings: Settings
    vault: Vault
    keys: Keyring
    store: Store
    use: Use

    @classmethod
    def create(cls, folder: Path, passphrase: bytes, settings: str, cost: Cost = RFC_9106_LOW_MEMORY) -> Self:
        """Make an office; one whose making was interrupted is finished.

        Args:
            folder: Where.
            passphrase: What will unlock it; that of the first attempt where one was interrupted.
            settings: Text of ``office.toml``, which is written last and so tells that all else is there.
            cost: What a guess at the passphrase costs.

        Raises:
            HomeError: ``office-exists``, or the folder cannot be written.
            SettingsError: The settings are wrong.
            VaultError: The passphrase is not that of the first attempt.
        """
        parsed = Settings.parse(settings)
        home = Home(folder)
        home.create()
        if home.has(homes.SETTINGS):
            raise HomeError("office-exists", path=str(folder))
        with ExitStack() as stack:
            use = Use(home)
            stack.callback(use.end)
            if home.has(homes.OFFICE_KEY):
                vault = Vault.unlock(home.read(homes.OFFICE_KEY), passphrase)
            else:
                vault, locked = Vault.create(passphrase, cost)
                home.write_new(homes.OFFICE_KEY, locked)
            keys = Keyring(home, vault, parsed.deployment)
            keys.create()
            store = Store.create(records_url(home, parsed))
            home.write_new(homes.SETTINGS, settings.encode())
            stack.pop_all()
        return cls(home, parsed, vault, keys, store, use)

    @classmethod
    def open(cls, folder: Path, passphrase: bytes) -> Self:
        """Unlock an office.

        Raises:
            HomeError: A file is missing, or somebody needs the office alone (``office-in-use``).
            SettingsError: ``office.toml`` is wrong, or names another deployment than the keys.
            VaultError: The passphrase is wrong, the office key is not that of the records (``office-key-other``), or a
                change of it was interrupted (``rekey-interrupted``).
            StoreError: The records cannot be opened.
        """
        home = Home(folder)
        settings = read_settings(home)
        with ExitStack() as stack:
            use = Use(home)
            stack.callback(use.end)
            if home.has(homes.NEXT_OFFICE_KEY):
                raise VaultError("rekey-interrupted")
            vault = Vault.unlock(home.read(homes.OFFICE_KEY), passphrase)
            store = Store.open(records_url(home, settings))
            stack.callback(store.close)
            stands = store.office_key()
            if stands is not None and stands.id != vault.id:
                raise VaultError("office-key-other")
            stack.pop_all()
        return cls(home, settings, vault, Keyring(home, vault, settings.deployment), store, use)

    def close(self) -> None:
        """Close the records, and let others use the office alone."""
        self.store.close()
        self.use.end()


def records_url(home: Home, settings: Settings) -> URL:
    """Give the address of the records; ``SettingsError`` if the password for their server cannot be read."""
    storage = settings.storage
    if storage is None:
        return in_file(home.path(homes.RECORDS))
    if not storage.password_file:
        return at_server(storage.url, os.environ.get(DATABASE_VARIABLE))
    path = home.path(storage.password_file)
    try:
        if files.open_to_others(path):
            raise SettingsError("storage-password-open", path=path)
        return at_server(storage.url, files.read(path).decode().partition("\n")[0].rstrip("\r"))
    except (FileError, UnicodeDecodeError) as error:
        raise SettingsError("storage-password-file", path=path) from error


@contextmanager
def open_store(home: Home) -> Iterator[Store]:
    """Open the records without the passphrase, for the length of a block.

    Raises:
        HomeError: There is no office in this folder.
        SettingsError: The settings are wrong.
        StoreError: The records cannot be opened.
    """
    store = Store.open(records_url(home, read_settings(home)))
    try:
        yield store
    finally:
        store.close()


def read_settings(home: Home) -> Settings:
    """Read ``office.toml``.

    Raises:
        HomeError: There is no office in this folder.
        SettingsError: The settings are wrong, or name another deployment than the keys.
    """
    if not home.has(homes.SETTINGS):
        raise HomeError("office-missing", path=str(home.folder))
    try:
        settings = Settings.parse(home.read(homes.SETTINGS).decode())
    except UnicodeDecodeError as error:
        raise SettingsError("toml", reason="UTF-8") from error
    if PublicKeys(home).deployment != settings.deployment:
        raise SettingsError("setting", name="deployment")
    return settings


def descriptor_in_force(home: Home) -> tuple[Descriptor, bytes] | None:
    """Read the descriptor that was put in force last, and its note; None if there was none yet.

    Raises:
        DescriptorDraftError: ``descriptor-damaged``: what lies there is not signed by the roots of trust.
    """
    if not home.has(homes.IN_FORCE):
        return None
    note = home.read(homes.IN_FORCE)
    return verify_own(note, PublicKeys(home)), note


def verify_own(note: bytes, keys: PublicKeys) -> Descriptor:
    """Check that this office and the auditor whom the descriptor names signed it.

    Who the auditor is, the office's signature says here; departments pin both keys.

    Raises:
        DescriptorDraftError: ``descriptor-signatures``.
    """
    try:
        named = Descriptor.parse(notes.verify(note, [keys.office]))
        descriptor = Descriptor.verify(note, keys.office, named.auditor)
    except ProtocolError as error:
        raise DescriptorDraftError("descriptor-signatures") from error
    if descriptor.deployment != keys.deployment:
        raise DescriptorDraftError("descriptor-deployment")
    return descriptor
