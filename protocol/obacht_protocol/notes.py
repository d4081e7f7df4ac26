"""Signed notes after C2SP (c2sp.org/signed-note): a text, and below it one line per Ed25519 signature.

The text of a note of ours is one line of canonical JSON, or the lines of a checkpoint. A key stands as a *vkey*,
``name+hash+base64(0x01 || public key)``, and as a *skey*, ``PRIVATE+KEY+name+hash+base64(0x01 || seed)``, the forms of
Go's ``sumdb/note``.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Self

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey as Ed25519SigningKey
from nacl.signing import VerifyKey as Ed25519VerifyKey

from obacht_protocol.errors import NoteError

MAX_NOTE_LENGTH: Final = 1024 * 1024
MAX_SIGNATURES: Final = 16
_ED25519: Final = b"\x01"
_NAME: Final = re.compile(r"[!-*,-~]{1,200}")
_LINE: Final = re.compile("— ([!-*,-~]{1,200}) ([A-Za-z0-9+/]+=*)")
_ID_LENGTH: Final = 4
_SIGNATURE_LENGTH: Final = 64
_KEY_LENGTH: Final = 32


def key_id(name: str, public_key: bytes) -> bytes:
    """Compute the key id that stands before each signature, 4 bytes (C2SP signed-note, section "Signatures")."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public_key).digest()[:_ID_LENGTH]


@dataclass(frozen=True, slots=True)
class VerifyKey:
    """A name and an Ed25519 public key (32 bytes), which together identify a signer."""

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        """Refuse a name with white space or a plus sign, and a key of another length."""
        if not _NAME.fullmatch(self.name) or len(self.public_key) != _KEY_LENGTH:
            raise NoteError("a key needs a name without white space or plus sign, and 32 bytes")

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Read a vkey; ``NoteError`` if it is malformed or its hash does not fit its name and key."""
        name, public_key = _parse_key(vkey)
        key = cls(name, public_key)
        if str(key) != vkey:
            raise NoteError("the vkey is malformed")
        return key

    def __str__(self) -> str:
        """Give the vkey."""
        return _format_key(self.name, self.id, self.public_key)

    @property
    def id(self) -> bytes:
        """The key id, 4 bytes."""
        return key_id(self.name, self.public_key)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A name and an Ed25519 seed (32 bytes, secret)."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse a name with white space or a plus sign, and a seed of another length."""
        if not _NAME.fullmatch(self.name) or len(self.seed) != _KEY_LENGTH:
            raise NoteError("a key needs a name without white space or plus sign, and 32 bytes")

    @classmethod
    def parse(cls, skey: str) -> Self:
        """Read a skey; ``NoteError`` if it is malformed or its hash does not fit its name and key."""
        prefix = "PRIVATE+KEY+"
        if not skey.startswith(prefix):
            raise NoteError("the skey is malformed")
        key = cls(*_parse_key(skey.removeprefix(prefix)))
        if key.skey() != skey:
            raise NoteError("the skey is malformed")
        return key

    def skey(self) -> str:
        """Give the skey. Secret: it belongs into a locked file and nowhere else."""
        return "PRIVATE+KEY+" + _format_key(self.name, self.verify_key.id, self.seed)

    @property
    def verify_key(self) -> VerifyKey:
        """The public half."""
        return VerifyKey(self.name, bytes(Ed25519SigningKey(self.seed).verify_key))

    def sign(self, text: bytes) -> str:
        """Sign ``text`` (which ends in a newline) and give the signature line, without its newline."""
        signature = Ed25519SigningKey(self.seed).sign(text).signature
        blob = base64.b64encode(self.verify_key.id + signature).decode("ascii")
        return f"— {self.name} {blob}"


def sign(body: bytes, keys: Iterable[SigningKey]) -> bytes:
    """Make a note.

    Args:
        body: The line or lines, none of them empty, without the last newline.
        keys: Who signs, in the order of the signature lines.

    Raises:
        NoteError: The body holds a control character or an empty line, or there is no key.
    """
    text = body + b"\n"
    lines = [key.sign(text) for key in keys]
    return cosigned(_checked_text(text) + b"\n", lines)


def cosign(note: bytes, key: SigningKey) -> bytes:
    """Add a signature to ``note``, leaving what is there as it is; one by the same key is replaced.

    Raises:
        NoteError: The note is malformed, or has no room for another signature.
    """
    text, signatures = split(note)
    own = (key.name, key.verify_key.id)
    lines = [line for line, name, blob in signatures if (name, blob[:_ID_LENGTH]) != own]
    return cosigned(text + b"\n", [*lines, key.sign(text)])


def cosigned(head: bytes, lines: list[str]) -> bytes:
    """Put signature lines below a text and its empty line; ``NoteError`` if there are none or more than 16."""
    if not 1 <= len(lines) <= MAX_SIGNATURES:
        raise NoteError("a note has 1 to 16 signatures")
    return head + "".join(f"{line}\n" for line in lines).encode()


def body(note: bytes) -> bytes:
    """Give the text of ``note``, without its last newline, WITHOUT checking a signature.

    It is for showing it, or for learning whose signatures it needs.

    Raises:
        NoteError: The note is malformed.
    """
    text, _ = split(note)
    return text[:-1]


def verify(note: bytes, keys: Iterable[VerifyKey]) -> bytes:
    """Check that every one of ``keys`` has signed ``note``, by exactly one valid line each.

    Lines of other keys are ignored, as C2SP asks. Every key given must have signed, and at least one must be given.

    Returns:
        The text that was signed, without its last newline.

    Raises:
        NoteError: The note is malformed, or a signature is missing, wrong, or there twice.
    """
    text, signatures = split(note)
    needed = list(keys)
    if not needed:
        raise NoteError("a note is checked against at least one key")
    for key in needed:
        own = [blob[_ID_LENGTH:] for _, name, blob in signatures if (name, blob[:_ID_LENGTH]) == (key.name, key.id)]
        if len(own) != 1:
            raise NoteError("a signature that is needed is missing, or there twice")
        try:
            Ed25519VerifyKey(key.public_key).verify(text, own[0])
        except (BadSignatureError, ValueError) as error:
            raise NoteError("a signature is wrong") from error
    return text[:-1]


def split(note: bytes) -> tuple[bytes, list[tuple[str, str, bytes]]]:
    """Take ``note`` apart WITHOUT checking a signature.

    Returns:
        The text with its last newline, and for each signature line the line, its name, and key id with signature.

    Raises:
        NoteError: The note is malformed.
    """
    if len(note) > MAX_NOTE_LENGTH:
        raise NoteError("the note is too long")
    text, separator, tail = note.partition(b"\n\n")
    if not separator or not tail.endswith(b"\n"):
        raise NoteError("the note has no signatures below its text")
    try:
        lines = tail.decode()[:-1].split("\n")
    except UnicodeDecodeError as error:
        raise NoteError("the note is not UTF-8") from error
    if len(lines) > MAX_SIGNATURES:
        raise NoteError("the note has too many signatures")
    return _checked_text(text + b"\n"), [_parse_line(line) for line in lines]


def digest(note: bytes) -> bytes:
    """Hash the signed text of ``note`` (without its signatures), SHA-256, 32 bytes; ``NoteError`` if malformed."""
    text, _ = split(note)
    return hashlib.sha256(text).digest()


def _checked_text(text: bytes) -> bytes:
    try:
        decoded = text.decode()
    except UnicodeDecodeError as error:
        raise NoteError("the note is not UTF-8") from error
    if any(not line or any(ord(character) < ord(" ") for character in line) for line in decoded[:-1].split("\n")):
        raise NoteError("a note of ours has no empty lines and no control characters")
    return text


def _parse_line(line: str) -> tuple[str, str, bytes]:
    match = _LINE.fullmatch(line)
    if not match:
        raise NoteError("a signature line is malformed")
    blob = _unbase64(match[2])
    if len(blob) <= _ID_LENGTH:
        raise NoteError("a signature line is malformed")
    return line, match[1], blob


def _unbase64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError("not base64") from error
    if base64.b64encode(data).decode("ascii") != text:
        raise NoteError("not the canonical base64 of its bytes")
    return data


def _format_key(name: str, identifier: bytes, key: bytes) -> str:
    return f"{name}+{identifier.hex()}+{base64.b64encode(_ED25519 + key).decode('ascii')}"


def _parse_key(text: str) -> tuple[str, bytes]:
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise NoteError("the key is not name, hash and base64 with plus signs between")
    blob = _unbase64(parts[2]) if parts[2].isascii() else b""
    if not blob.startswith(_ED25519):
        raise NoteError("the key is not an Ed25519 key")
    return parts[0], blob[1:]
