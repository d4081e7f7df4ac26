"""The form of a backup: a tar file whose last part says what is in it, so that one that breaks off is none."""

import fcntl
import hashlib
import io
import os
import re
import tarfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Self

from obacht_enrollment.errors import BackupError
from obacht_protocol.encoding import canonical_json, parse_json
from obacht_protocol.errors import EncodingError
from obacht_protocol.structures import from_json, to_json
from obacht_service import files

MANIFEST: Final = "manifest.json"
_TYPE: Final = "obacht/v1/office-backup"
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,98}")
_PIECE: Final = 1 << 20
_MOST: Final = 1 << 20
"""Bytes that a manifest has at most."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file in a backup.

    Attributes:
        name: As in the office's folder.
        length: Bytes.
        digest: SHA-256 of the content, 32 bytes.
    """

    name: str
    length: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds.

    Attributes:
        type: That it is one.
        deployment: Id of the deployment.
        made: Unix seconds.
        revision: Of the database's tables.
        parts: All files but this one, in their order.
    """

    type: str
    deployment: str
    made: int
    revision: str
    parts: Sequence[Part]

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read the last part of a backup; ``BackupError`` if it is none."""
        text, _, digest = data.removesuffix(b"\n").partition(b"\n")
        try:
            manifest = from_json(cls, parse_json(text))
        except EncodingError as error:
            raise BackupError("backup-damaged") from error
        if manifest.type != _TYPE or digest != hashlib.sha256(text).hexdigest().encode():
            raise BackupError("backup-damaged")
        return manifest

    def encode(self) -> bytes:
        """Give the bytes that :meth:`parse` reads: canonical JSON, and the SHA-256 of that."""
        text = canonical_json(to_json(self))
        return text + b"\n" + hashlib.sha256(text).hexdigest().encode() + b"\n"


def write(path: Path, sources: Iterable[Path], *, deployment: str, made: int, revision: str) -> bytes:
    """Write a backup, in one step and on the disk when the call returns.

    Args:
        path: Of the backup, at which nothing may be yet. An unfinished one lies beside it, ``.NAME.partial``.
        sources: What goes into it, each under its own name.
        deployment: Id of the deployment.
        made: Unix seconds.
        revision: Of the database among the files.

    Returns:
        SHA-256 of the whole file, 32 bytes.

    Raises:
        BackupError: ``backup-exists``, ``backup-busy`` (another process writes the same one), or ``backup-write``.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        with os.fdopen(os.open(partial, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _refuse_existing(path)
            file.truncate(0)
            with tarfile.open(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT) as tar:
                parts = [_add(tar, source, made) for source in sources]
                manifest = Manifest(_TYPE, deployment, made, revision, parts).encode()
                tar.addfile(_header(MANIFEST, len(manifest), made), io.BytesIO(manifest))
            file.flush()
            os.fsync(file.fileno())
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").digest()
            partial.replace(path)
            files.sync_folder(path.parent)
    except BlockingIOError as error:
        raise BackupError("backup-busy", path=path) from error
    except (OSError, tarfile.TarError) as error:
        raise BackupError("backup-write", path=path) from error
    return digest


def extract(path: Path, folder: Path) -> Manifest:
    """Put the files of a backup into a folder, which has none of them yet, and check each against the manifest.

    Raises:
        BackupError: ``backup-read``, ``backup-damaged`` (it is none, breaks off, or was altered), or ``restore-write``.
    """
    found: list[Part] = []
    manifest: Manifest | None = None
    try:
        with path.open("rb") as file, tarfile.open(fileobj=file, mode="r|", bufsize=_PIECE) as tar:
            for member in tar:
                content = _content(tar, member, last=manifest is not None)
                if member.name == MANIFEST:
                    manifest = Manifest.parse(content.read(_MOST))
                else:
                    found.append(_extract(content, folder / member.name))
    except (tarfile.TarError, EOFError) as error:
        raise BackupError("backup-damaged") from error
    except OSError as error:
        raise BackupError("backup-read", path=path) from error
    if manifest is None or manifest.parts != found:
        raise BackupError("backup-damaged")
    return manifest


class _Hashed:
    """A file of which everything that is read is hashed."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()
        self.length = 0

    def read(self, size: int = -1, /) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        self.length += len(data)
        return data


def _refuse_existing(path: Path) -> None:
    if path.exists():
        path.with_name(f".{path.name}.partial").unlink()
        raise BackupError("backup-exists", path=path)


def _add(tar: tarfile.TarFile, source: Path, made: int) -> Part:
    with source.open("rb") as file:
        content = _Hashed(file)
        tar.addfile(_header(source.name, source.stat().st_size, made), content)
    return Part(source.name, content.length, content.digest.digest())


def _header(name: str, length: int, made: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mtime, header.mode = length, made, 0o600
    return header


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo, *, last: bool) -> IO[bytes]:
    content = tar.extractfile(member) if member.type == tarfile.REGTYPE else None
    if last or content is None or not _NAME.fullmatch(member.name):
        raise BackupError("backup-damaged")
    return content


def _extract(content: IO[bytes], path: Path) -> Part:
    source = _Hashed(content)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            while piece := source.read(_PIECE):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise BackupError("backup-damaged") from error  # one name twice
    except OSError as error:
        raise BackupError("restore-write", path=path) from error
    return Part(path.name, source.length, source.digest.digest())
