"""The office's folder: its settings, its locked transport key and shares, its databases, and its card."""

import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from obacht_keys.errors import SettingsError
from obacht_protocol.descriptor import check_deployment, check_origin
from obacht_protocol.errors import DescriptorError, TranscriptError
from obacht_protocol.transcript import check_name
from obacht_service import files
from obacht_service.errors import FileError

_SHARE: Final = re.compile(r"share-([1-9][0-9]{0,9})\.locked")


@dataclass(frozen=True, slots=True)
class Home:
    """Where everything stands.

    Attributes:
        folder: The office's folder.
    """

    folder: Path

    @property
    def settings(self) -> Path:
        """What the operator may edit."""
        return self.folder / "keys.toml"

    @property
    def transport(self) -> Path:
        """The locked transport key, which opens the shares that dealers seal to this office."""
        return self.folder / "transport.locked"

    @property
    def card(self) -> Path:
        """What the office says of itself, for the dealer."""
        return self.folder / "office.json"

    def share_of(self, epoch: int) -> Path:
        """The locked key share of an epoch."""
        return self.folder / f"share-{epoch}.locked"

    @property
    def shares(self) -> dict[int, Path]:
        """The locked key shares that are there, by epoch, the oldest first; ``SettingsError`` while there is none."""
        found = [int(match[1]) for path in self.folder.glob("share-*.locked") if (match := _SHARE.fullmatch(path.name))]
        if not found:
            raise SettingsError(f"{self.folder} holds no key share yet; take one in with: obacht-keys share accept")
        return {epoch: self.share_of(epoch) for epoch in sorted(found)}

    @property
    def share(self) -> Path:
        """The locked key share of the newest epoch; ``SettingsError`` while there is none."""
        return self.share_of(max(self.shares))

    @property
    def registry(self) -> Path:
        """Departments and devices."""
        return self.folder / "registry.db"

    @property
    def log_key(self) -> Path:
        """The locked key that signs the log of questions."""
        return self.folder / "log.locked"

    @property
    def log(self) -> Path:
        """The log of questions."""
        return self.folder / "log.db"

    @property
    def log_lock(self) -> Path:
        """Locked by whoever has the log open."""
        return self.folder / "log.lock"

    @property
    def log_socket(self) -> Path:
        """Where the process listens that has the log open."""
        return self.folder / "log.socket"

    @property
    def roots(self) -> Path:
        """The pinned keys of safety office and auditor."""
        return self.folder / "roots.json"

    @property
    def descriptor(self) -> Path:
        """The descriptor in force."""
        return self.folder / "descriptor.note"


@dataclass(frozen=True, slots=True)
class Settings:
    """The office's settings.

    Attributes:
        deployment: The deployment it serves.
        origin: Its address as its clients see it, for which they sign.
        name: For people.
    """

    deployment: str
    origin: str
    name: str

    def __post_init__(self) -> None:
        """Refuse what no descriptor could name; ``SettingsError``."""
        try:
            check_deployment(self.deployment)
            check_origin(self.origin)
            check_name(self.name)
        except (DescriptorError, TranscriptError) as error:
            raise SettingsError(str(error)) from error

    def encode(self) -> bytes:
        """Give the settings' file."""
        lines = [
            "# A key office of Obacht. Its shares are of this deployment's keys; clients sign for this origin.",
            # A JSON text of printable letters is a TOML text too.
            *(f"{name} = {json.dumps(getattr(self, name), ensure_ascii=False)}" for name in self.__slots__),
        ]
        return "\n".join([*lines, ""]).encode()

    @classmethod
    def load(cls, home: Home) -> Self:
        """Read the settings; ``SettingsError`` if they are missing or wrong."""
        try:
            fields = tomllib.loads(files.read(home.settings).decode())
            return cls(**fields)
        except FileError as error:
            raise SettingsError(f"{home.settings} cannot be read; make an office with: obacht-keys init") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError) as error:
            raise SettingsError(f"{home.settings} must name deployment, origin and name, and nothing else") from error
