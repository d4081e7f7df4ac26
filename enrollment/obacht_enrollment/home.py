"""The office's folder: the locked keys, the settings, the descriptor, the records, each in a private file."""

from pathlib import Path
from typing import Final

from obacht_enrollment.errors import HomeError
from obacht_service import files
from obacht_service.errors import FileError

SETTINGS: Final = "office.toml"
OFFICE_KEY: Final = "office.key"
NEXT_OFFICE_KEY: Final = "office.key.next"
PUBLIC: Final = "public.json"
DRAFT: Final = "descriptor.draft.json"
SIGNED: Final = "descriptor.note"
IN_FORCE: Final = "descriptor.in-force.note"
RECORDS: Final = "office.db"
WITNESSED: Final = "witness.db"
MAINTENANCE: Final = "maintenance.json"
SINGLE_SIGN_ON: Final = "single-sign-on.secret"


class Home:
    """The folder, and the files in it by name; every method raises ``HomeError`` if the disk does not do its part."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, which need not exist yet."""
        self.folder = folder

    def create(self) -> None:
        """Make the folder, closed to others; one that is there is closed to them."""
        try:
            files.private_folder(self.folder)
        except FileError as error:
            raise HomeError("home-write", path=self.folder) from error

    def path(self, name: str) -> Path:
        """Give the path of a file in the folder."""
        return self.folder / name

    def has(self, name: str) -> bool:
        """Tell whether the file is there."""
        return self.path(name).is_file()

    def read(self, name: str) -> bytes:
        """Read a whole file."""
        try:
            return files.read(self.path(name))
        except FileError as error:
            raise HomeError("file-read", path=self.path(name)) from error

    def write_new(self, name: str, data: bytes) -> None:
        """Write a file that must not be there yet."""
        try:
            files.write_new(self.path(name), data)
        except FileError as error:
            raise HomeError("file-write", path=self.path(name)) from error

    def replace(self, name: str, data: bytes) -> None:
        """Write a file in the place of the one before."""
        try:
            files.replace(self.path(name), data)
        except FileError as error:
            raise HomeError("file-write", path=self.path(name)) from error

    def put_in_place(self, name: str, final: str) -> None:
        """Give a file the name of another one, whose place it takes in one step."""
        try:
            self.path(name).replace(self.path(final))
            files.sync_folder(self.folder)
        except OSError as error:
            raise HomeError("file-write", path=self.path(final)) from error

    def remove(self, name: str) -> None:
        """Remove a file."""
        try:
            self.path(name).unlink()
            files.sync_folder(self.folder)
        except OSError as error:
            raise HomeError("file-write", path=self.path(name)) from error

    def open_to_others(self) -> list[Path]:
        """List what in the folder others than its owner may read or write, the folder included."""
        try:
            return [path for path in (self.folder, *self.folder.iterdir()) if files.open_to_others(path)]
        except (FileError, OSError) as error:
            raise HomeError("file-read", path=self.folder) from error
