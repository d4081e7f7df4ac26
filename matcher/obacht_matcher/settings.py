"""The matcher's settings: ``matcher.toml`` in its home, written by the first ``serve``, checked whenever it is read."""

import json
import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from obacht_matcher.errors import SettingsError
from obacht_matcher.store import DEFAULT_GRACE
from obacht_protocol.descriptor import check_deployment, check_origin
from obacht_protocol.errors import ProtocolError
from obacht_protocol.notes import VerifyKey

FILE: Final = "matcher.toml"
CREDENTIAL: Final = "redis-url"
"""Name of the systemd credential that may hold the store's URL instead of the file."""
DEFAULT_REGISTER_LIMIT: Final = 1024**3

_TEMPLATE: Final = """\
# Settings of the matcher. Nothing here is secret, unless the URL of a store holds a password.

# Whose register this is, and under which address clients and the safety office reach this server.
deployment = {deployment}
origin = {origin}

# The roots of trust, verify keys of safety office and auditor. They admit the first descriptor; from then on the roots
# that the descriptor in force names count, so that a root key can be changed by a descriptor signed with old and new.
office = {office}
auditor = {auditor}

# Where registers lie. Empty: a store of the matcher's own, in this folder. Otherwise the URL of a Redis or Valkey that
# writes every change to its disk before it answers ("appendonly yes", "appendfsync always") and evicts nothing, such as
# "rediss://user:password@host:6379/0". With a password in it this file must be 0600; or leave it empty and give the
# URL as the systemd credential "redis-url".
redis = ""

# Seconds for which a register stays readable after the next one took its place.
grace = {grace}

# Bytes of a publication at most. The store needs memory for up to three: one in force, one before it, one on its way.
register_limit = {register_limit}
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``matcher.toml`` says.

    Attributes:
        home: The folder in which it stands.
        deployment: Id of the deployment.
        origin: The matcher's own origin, for which devices sign.
        office: Verify key of the safety office, a root of trust.
        auditor: Verify key of the auditor, the other root of trust.
        redis: URL of the store, which may hold a password; empty for the embedded one.
        grace: Seconds for which a register stays readable after the next one took its place.
        register_limit: Bytes of a publication at most.
    """

    home: Path
    deployment: str
    origin: str
    office: VerifyKey
    auditor: VerifyKey
    redis: str = field(default="", repr=False)
    grace: int = DEFAULT_GRACE
    register_limit: int = DEFAULT_REGISTER_LIMIT

    def __post_init__(self) -> None:
        """Refuse what no matcher can work with; ``SettingsError`` names the setting."""
        for check, value in ((check_deployment, self.deployment), (check_origin, self.origin)):
            try:
                check(value)
            except ProtocolError as error:
                raise SettingsError(f"{FILE}: {error}") from error
        if self.office.public_key == self.auditor.public_key or self.office == self.auditor:
            raise SettingsError(f"{FILE}: office and auditor must have different keys")
        if self.redis and not self.redis.startswith(("redis://", "rediss://", "unix://")):
            raise SettingsError(f"{FILE}: redis must begin with redis://, rediss:// or unix://")
        if self.grace < 0 or self.register_limit < 1:
            raise SettingsError(f"{FILE}: grace or register_limit is out of range")

    @classmethod
    def load(cls, home: Path) -> Self:
        """Read the settings of a home, and the store's URL from systemd's credential if there is one.

        Raises:
            SettingsError: They are missing or malformed, or others may read a password in them.
        """
        path = home / FILE
        try:
            text = path.read_text()
            mode = path.stat().st_mode
        except FileNotFoundError as error:
            raise SettingsError(
                f"{path} is missing: obacht-matcher --home {home} serve --deployment ID --origin URL --office-key VKEY"
                " --auditor-key VKEY writes it"
            ) from error
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path} cannot be read") from error
        try:
            values = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(f"{FILE} is not TOML") from error  # the parser's message may quote a password
        if values.get("redis") and mode & 0o077:
            raise SettingsError(f"others may read the store's URL: chmod 600 {path}")
        return cls(home=home, **_read(values))

    def write(self) -> None:
        """Write a new ``matcher.toml``, 0600, in a folder that is closed to others; never over one that is there.

        Raises:
            SettingsError: It is there already, or the folder cannot be written.
        """
        text = _TEMPLATE.format(
            deployment=json.dumps(self.deployment),
            origin=json.dumps(self.origin),
            office=json.dumps(str(self.office)),
            auditor=json.dumps(str(self.auditor)),
            grace=self.grace,
            register_limit=self.register_limit,
        )
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(self.home / FILE, "x", opener=_private) as file:
                file.write(text)
        except OSError as error:
            raise SettingsError(f"{self.home / FILE} cannot be written") from error


def verify_key(vkey: object) -> VerifyKey:
    """Read a vkey; ``SettingsError`` if it is malformed."""
    try:
        return VerifyKey.parse(str(vkey))
    except ProtocolError as error:
        raise SettingsError("office and auditor need verify keys of the form name+hash+base64") from error


def _read(values: dict[str, Any]) -> dict[str, Any]:
    kinds = {"deployment": str, "origin": str, "office": str, "auditor": str}
    optional = {"redis": str, "grace": int, "register_limit": int}
    for name, kind in (kinds | optional).items():
        if type(values.get(name, kind())) is not kind:
            raise SettingsError(f"{FILE}: {name} is of another type")
    if missing := sorted(kinds.keys() - values.keys()):
        raise SettingsError(f"{FILE}: {missing[0]} is missing")
    if unknown := sorted(values.keys() - kinds.keys() - optional.keys()):
        raise SettingsError(f"{FILE}: there is no setting {unknown[0]}")
    roots = {name: verify_key(values[name]) for name in ("office", "auditor")}
    return values | roots | {"redis": values.get("redis") or _credential()}


def _credential() -> str:
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    path = Path(folder) / CREDENTIAL if folder else None
    if path is None or not path.is_file():
        return ""
    try:
        return path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"the credential {CREDENTIAL} cannot be read") from error


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
