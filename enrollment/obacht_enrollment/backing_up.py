"""Backing an office up while its service runs: all its files and its database, as of one moment, in one file."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from obacht_enrollment import archive, copying
from obacht_enrollment.errors import BackupError
from obacht_enrollment.home import MAINTENANCE, RECORDS, Home
from obacht_enrollment.maintenance import Maintenance
from obacht_enrollment.office import read_settings, records_url
from obacht_enrollment.turns import BACKUP, in_use, turn

SUFFIX: Final = ".backup"
_GATHERED: Final = ".backup"
"""The folder, inside the office's, in which a backup's files lie until they are in it."""
_TIMES: Final = 5


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made.

    Attributes:
        path: Where it is.
        revision: Of its database's tables.
        digest: SHA-256 of the file, 32 bytes.
    """

    path: Path
    revision: str
    digest: bytes


def back_up(home: Home, path: Path, now: int) -> Backup:
    """Back an office up; no passphrase is needed, and all in it stays as it is sealed and locked on the disk.

    Args:
        home: The office's folder.
        path: Of the backup; nothing may be there yet.
        now: Unix seconds.

    Raises:
        BackupError: ``backup-exists``, ``backup-write``, ``backup-busy`` (another backup is being made) or
            ``backup-changing`` (the office's files change all the time).
        HomeError: A file cannot be read, or the office key is being changed (``office-in-use``).
        SettingsError: The settings are wrong.
        StoreError: The database failed.
    """
    settings = read_settings(home)
    gathered = home.path(_GATHERED)
    with in_use(home), turn(home, BACKUP) as mine:
        if not mine:
            raise BackupError("backup-busy", path=path)
        try:
            _clear(gathered)
            gathered.mkdir(mode=0o700)
            revision = _gather(home, gathered)
            sources = sorted(gathered.iterdir())
            digest = archive.write(path, sources, deployment=settings.deployment, made=now, revision=revision)
        except OSError as error:
            raise BackupError("backup-write", path=path) from error
        finally:
            shutil.rmtree(gathered, ignore_errors=True)
        replace(Maintenance.read(home), backup=now).write(home)
    return Backup(path, revision, digest)


def _gather(home: Home, folder: Path) -> str:
    """Copy all that belongs to the office into a folder, and give the revision of the database's tables."""
    for _ in range(_TIMES):
        before = _plain_files(home)
        revision = copying.snapshot(records_url(home, read_settings(home)), folder / RECORDS)
        if _plain_files(home) == before:
            break  # nothing changed meanwhile, so it all is of one moment
        _clear(folder)
        folder.mkdir(mode=0o700)
    else:
        raise BackupError("backup-changing")
    for name, data in before.items():
        Home(folder).write_new(name, data)
    return revision


def _plain_files(home: Home) -> dict[str, bytes]:
    return {path.name: home.read(path.name) for path in sorted(home.folder.iterdir()) if _belongs(path)}


def _belongs(path: Path) -> bool:
    # The witness's database is left out on purpose: an old state of it would let an old log pass.
    others = path.name == MAINTENANCE or path.name.startswith(".") or "-journal" in path.name
    return path.is_file() and not others and path.suffix not in {".db", ".lock", SUFFIX}


def _clear(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
