"""From a backup to an office again: elsewhere, over the other kind of database, or for a test."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from sqlalchemy import URL, delete

from obacht_enrollment import archive, copying, database, sealed
from obacht_enrollment.accounts.tables import FlowRow, SessionRow
from obacht_enrollment.archive import Manifest
from obacht_enrollment.database import Database
from obacht_enrollment.engines import in_file
from obacht_enrollment.errors import BackupError, SettingsError, VaultError
from obacht_enrollment.home import NEXT_OFFICE_KEY, OFFICE_KEY, RECORDS, SETTINGS, Home
from obacht_enrollment.maintenance import Maintenance
from obacht_enrollment.office import read_settings, records_url
from obacht_enrollment.settings import Settings
from obacht_enrollment.turns import BACKUP, turn
from obacht_enrollment.vault import Vault
from obacht_service import files

_UNPACKED: Final = ".restoring"
"""The folder, inside the new office's, in which its files lie until all are there."""
_TRIAL: Final = ".restore-test"


def restore(path: Path, folder: Path, settings: str | None = None) -> Manifest:
    """Make an office of a backup; nothing is overwritten, and a restore that was interrupted can be begun again.

    Args:
        path: The backup.
        folder: The new office's, which must be empty or not there.
        settings: Text of ``office.toml``, where it should not be that of the backup: it may name another database.

    Returns:
        What the backup says of itself.

    Raises:
        BackupError: It is none, or the folder or the database is in use.
        SettingsError: The settings are wrong, or another deployment's.
        StoreError: The database failed, or is of a newer program.
    """
    unpacked = folder / _UNPACKED
    _clear_leftovers(folder)
    Home(folder).create()
    with ExitStack() as failing:
        with _writing(unpacked):
            unpacked.mkdir(mode=0o700)
        failing.callback(shutil.rmtree, unpacked)
        manifest = archive.extract(path, unpacked)
        if settings is not None:
            Home(unpacked).replace(SETTINGS, settings.encode())
        parsed = _read_settings(Home(unpacked), manifest)
        database.migrate(in_file(unpacked / RECORDS))
        _end_sessions(in_file(unpacked / RECORDS))
        if parsed.storage is not None:
            copying.fill(unpacked / RECORDS, records_url(Home(unpacked), parsed))
            (unpacked / RECORDS).unlink()
        failing.pop_all()
    with _writing(folder):
        # office.toml last: what has one is an office
        for source in sorted(unpacked.iterdir(), key=lambda source: source.name == SETTINGS):
            files.sync_folder(folder)
            source.rename(folder / source.name)
        unpacked.rmdir()
        files.sync_folder(folder)
    return manifest


def try_out(home: Home, path: Path, passphrase: bytes, now: int) -> tuple[Manifest, int]:
    """Restore a backup beside the office, unlock it, open all that is sealed in it, and take it away again.

    Args:
        home: The office's folder, where it is put on record.
        path: The backup.
        passphrase: With which the office was locked when the backup was made.
        now: Unix seconds.

    Returns:
        What the backup says of itself, and how many records and cases could be opened.

    Raises:
        BackupError: It is none, or is another deployment's.
        VaultError: The passphrase is wrong, or something in the backup does not open.
        StoreError: Its database is damaged, or of a newer program.
    """
    trial = Home(home.path(_TRIAL))
    with turn(home, BACKUP) as mine:
        if not mine:
            raise BackupError("backup-busy", path=path)
        try:
            with _writing(trial.folder):
                shutil.rmtree(trial.folder, ignore_errors=True)
                trial.folder.mkdir(mode=0o700)
            manifest = archive.extract(path, trial.folder)
            _read_settings(trial, manifest)
            count = _open_all(trial, passphrase)
        finally:
            shutil.rmtree(trial.folder, ignore_errors=True)
        replace(Maintenance.read(home), tested=now).write(home)
    return manifest, count


def _end_sessions(url: URL) -> None:
    """Let nobody in again whose session was ended since the backup was made: disabled, reset, signed out."""
    opened = Database.open(url)
    try:
        with opened.writing() as session:
            session.execute(delete(SessionRow))
            session.execute(delete(FlowRow))
    finally:
        opened.close()


def _open_all(home: Home, passphrase: bytes) -> int:
    if home.has(NEXT_OFFICE_KEY):
        raise VaultError("rekey-interrupted")
    vault = Vault.unlock(home.read(OFFICE_KEY), passphrase)
    for file, name in sealed.FILES.items():
        if home.has(file):
            vault.open_file(name, home.read(file))
    url = in_file(home.path(RECORDS))
    database.migrate(url)
    opened = Database.open(url)
    try:
        opened.check()
        with opened.reading() as session:
            return sealed.open_all(session, vault)
    finally:
        opened.close()


def _read_settings(home: Home, manifest: Manifest) -> Settings:
    settings = read_settings(home)
    if settings.deployment != manifest.deployment:
        raise SettingsError("setting", name="deployment")
    return settings


def _clear_leftovers(folder: Path) -> None:
    """Refuse a folder in use, and take away what an interrupted restore left in it."""
    with _writing(folder):
        there = list(folder.iterdir()) if folder.exists() else []
        if there and not ((folder / _UNPACKED).is_dir() and not (folder / SETTINGS).exists()):
            raise BackupError("restore-exists", path=folder)
        for path in sorted(there, key=lambda path: path.name == _UNPACKED):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupError("restore-write", path=path) from error
