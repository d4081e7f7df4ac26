"""The office's own keys: made once, locked by the vault, each in a file of its own, and named by what they sign."""

import os
from typing import Any, Final

from nacl.public import PrivateKey

from obacht_clients.device import DeviceKey
from obacht_enrollment.errors import HomeError, VaultError
from obacht_enrollment.home import PUBLIC, Home
from obacht_enrollment.vault import Vault
from obacht_protocol.checkpoints import WitnessSigner
from obacht_protocol.encoding import base64url, canonical_json, parse_json, unbase64url
from obacht_protocol.errors import ProtocolError
from obacht_protocol.notes import SigningKey, VerifyKey

_TYPE: Final = "obacht/v1/office"
NAMES: Final = ("root", "head", "publisher", "report", "witness")
_SEED_LENGTH: Final = 32


class Keyring:
    """The keys; each is unlocked when it is asked for, so that a root key that lies elsewhere is not missed.

    Every property raises ``HomeError`` if the key's file is missing, and ``VaultError`` if it does not fit the vault.
    """

    def __init__(self, home: Home, vault: Vault, deployment: str) -> None:
        """Unlock nothing yet."""
        self._home = home
        self._vault = vault
        self._deployment = deployment

    def create(self) -> None:
        """Make the keys that are not there yet, and what others need of them."""
        for name in NAMES:
            if not self._home.has(file_of(name)):
                self._home.write_new(file_of(name), self._vault.seal_file(name, os.urandom(_SEED_LENGTH)))
        public = {
            "type": _TYPE,
            "deployment": self._deployment,
            "office": str(self.root.verify_key),
            "head": str(self.head.verify_key),
            "publisher": base64url(self.publisher.public_key),
            "report": base64url(bytes(PrivateKey(self.report).public_key)),
            "witness": str(self.witness.key),
        }
        self._home.replace(PUBLIC, canonical_json(public) + b"\n")

    @property
    def root(self) -> SigningKey:
        """Signs descriptors: the office's root of trust."""
        return SigningKey(f"{self._deployment}/office", self._seed("root"))

    @property
    def head(self) -> SigningKey:
        """Signs heads, online."""
        return SigningKey(f"{self._deployment}/head", self._seed("head"))

    @property
    def publisher(self) -> DeviceKey:
        """Signs requests to the matcher and to the key offices."""
        return DeviceKey(self._seed("publisher"))

    @property
    def report(self) -> bytes:
        """Opens departments' reports: an X25519 key, 32 bytes, secret."""
        return self._seed("report")

    @property
    def witness(self) -> WitnessSigner:
        """Cosigns the checkpoints of the key offices' logs."""
        return WitnessSigner(f"{self._deployment}/office/witness", self._seed("witness"))

    def _seed(self, name: str) -> bytes:
        seed = self._vault.open_file(name, self._home.read(file_of(name)))
        if len(seed) != _SEED_LENGTH:
            raise VaultError("sealed")
        return seed


class PublicKeys:
    """What others need of the keys, read without a passphrase from ``public.json``.

    Attributes:
        deployment: Id of the deployment.
        office: The root of trust.
        head: The key of heads.
        publisher: The publishing device's Ed25519 public key, 32 bytes.
        report: What reports are sealed to, an X25519 public key, 32 bytes.
    """

    def __init__(self, home: Home) -> None:
        """Read the file; ``HomeError`` if it is missing or malformed."""
        try:
            fields: Any = parse_json(home.read(PUBLIC).strip())
            if fields["type"] != _TYPE:
                raise HomeError("file-form", path=str(home.path(PUBLIC)))
            self.deployment = str(fields["deployment"])
            self.office = VerifyKey.parse(str(fields["office"]))
            self.head = VerifyKey.parse(str(fields["head"]))
            self.publisher = unbase64url(fields["publisher"], 32)
            self.report = unbase64url(fields["report"], 32)
        except (ProtocolError, KeyError, TypeError) as error:
            raise HomeError("file-form", path=str(home.path(PUBLIC))) from error


def file_of(name: str) -> str:
    """Name the file of a key, which the vault knows by the key's own name."""
    return f"{name}.key"
