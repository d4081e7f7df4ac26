"""The office's folder: its settings, its locked share, its databases, and what it shows to the safety office."""

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from obacht_keys.custody import PUBLIC_TYPE, PublicFacts
from obacht_keys.errors import SettingsError
from obacht_protocol.descriptor import check_deployment, check_origin
from obacht_protocol.encoding import base64url, canonical_json
from obacht_protocol.errors import DescriptorError
from obacht_service import files
from obacht_service.errors import FileError

MAX_NAME: Final = 100


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
    def share(self) -> Path:
        """The locked key share."""
        return self.folder / "share.locked"

    @property
    def public(self) -> Path:
        """Public facts, for the safety office's descriptor."""
        return self.folder / "public.json"

    @property
    def registry(self) -> Path:
        """Departments and devices."""
        return self.folder / "registry.db"

    @property
    def nonces(self) -> Path:
        """Nonces that were used lately."""
        return self.folder / "nonces.db"


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
        except DescriptorError as error:
            raise SettingsError(str(error)) from error
        if not self.name or len(self.name) > MAX_NAME or not self.name.isprintable():
            raise SettingsError(f"an office's name has 1 to {MAX_NAME} printable letters")

    def encode(self) -> bytes:
        """Give the settings' file."""
        lines = [
            "# A key office of Obacht. The share was made for this deployment; clients sign for this origin.",
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


def public_file(settings: Settings, facts: PublicFacts) -> bytes:
    """Give the file with what a descriptor says about this office."""
    return canonical_json(
        {
            "type": PUBLIC_TYPE,
            "deployment": settings.deployment,
            "index": facts.index,
            "name": settings.name,
            "url": settings.origin,
            "epoch": facts.epoch,
            "public_key": base64url(facts.public_key),
            "threshold": facts.threshold,
            "public_share": base64url(facts.public_share),
        }
    )
