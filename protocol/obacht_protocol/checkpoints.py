"""Checkpoints of a log (C2SP tlog-checkpoint), cosignatures of witnesses, and how a log asks for them.

A checkpoint is a signed note of three lines: the log's name, the size of the tree, its root. A witness that has seen
the tree grow consistently puts a timestamped cosignature below (C2SP tlog-cosignature, Ed25519). A log submits a
checkpoint to a witness together with the proof that it goes on from the one before (C2SP tlog-witness).
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey as Ed25519SigningKey
from nacl.signing import VerifyKey as Ed25519VerifyKey

from obacht_protocol import notes
from obacht_protocol.encoding import u64
from obacht_protocol.errors import CheckpointError, NoteError
from obacht_protocol.merkle import HASH_LENGTH

MAX_PROOF: Final = 63
MAX_SUBMISSION: Final = 64 * 1024
"""Bytes of a submission at most."""
SIZE_TYPE: Final = "text/x.tlog.size"
"""Media type of a witness's answer that names the size which it knows (with status 409)."""

_SIZE: Final = re.compile("0|[1-9][0-9]{0,18}")
_ORIGIN: Final = re.compile("[!-*,-~]{1,200}")
_HASH: Final = re.compile("[A-Za-z0-9+/]{43}=")
_COSIGNATURE: Final = b"\x04"
_TIME: Final = 8
_ID: Final = 4


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself at one moment.

    Attributes:
        origin: The log's name, which is its key's name too.
        size: Leaves in the tree.
        root: Their root, 32 bytes.
    """

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        """Refuse what no checkpoint could say; ``CheckpointError``."""
        if not _ORIGIN.fullmatch(self.origin) or not 0 <= self.size < 2**63 or len(self.root) != HASH_LENGTH:
            raise CheckpointError("a checkpoint has a name without white space, a size, and a root of 32 bytes")

    @property
    def text(self) -> bytes:
        """The three lines that are signed, each with its newline."""
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n".encode()

    def sign(self, key: notes.SigningKey) -> bytes:
        """Give the note, signed by the log's key; ``CheckpointError`` if the key has another name than the log."""
        if key.name != self.origin:
            raise CheckpointError("a log's key has the log's name")
        return notes.sign(self.text[:-1], [key])

    @classmethod
    def parse(cls, note: bytes) -> Self:
        """Read a checkpoint WITHOUT checking a signature, to learn whose it claims to be.

        Raises:
            NoteError: The note is malformed.
            CheckpointError: Its text is no checkpoint of ours, which has no further lines.
        """
        return cls._read(notes.body(note))

    @classmethod
    def verify(cls, note: bytes, key: notes.VerifyKey) -> Self:
        """Check the log's signature, and read the checkpoint.

        Raises:
            NoteError: The note is malformed, or the signature is missing or wrong.
            CheckpointError: Its text is no checkpoint, or another log's.
        """
        checkpoint = cls._read(notes.verify(note, [key]))
        if checkpoint.origin != key.name:
            raise CheckpointError("the checkpoint is another log's")
        return checkpoint

    @classmethod
    def _read(cls, text: bytes) -> Self:
        lines = text.decode().split("\n")
        if len(lines) != 3 or not _SIZE.fullmatch(lines[1]):
            raise CheckpointError("a checkpoint has three lines: name, size, root")
        return cls(lines[0], int(lines[1]), _unbase64(lines[2]))


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """A witness's name and Ed25519 public key (32 bytes). Its vkey has the algorithm byte of cosignatures, 4."""

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        """Refuse what is no key; ``NoteError``."""
        notes.VerifyKey(self.name, self.public_key)

    @property
    def id(self) -> bytes:
        """The key id, 4 bytes."""
        return hashlib.sha256(self.name.encode() + b"\n" + _COSIGNATURE + self.public_key).digest()[:_ID]

    def __str__(self) -> str:
        """Give the vkey."""
        return f"{self.name}+{self.id.hex()}+{_base64(_COSIGNATURE + self.public_key)}"

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Read a vkey; ``NoteError`` if it is malformed or not that of a witness."""
        parts = vkey.split("+", 2)
        try:
            blob = base64.b64decode(parts[-1], validate=True)
            key = cls(parts[0], blob[1:])
        except (binascii.Error, ValueError) as error:
            raise NoteError("the witness's vkey is malformed") from error
        if str(key) != vkey:
            raise NoteError("the witness's vkey is malformed")
        return key

    def verify(self, note: bytes) -> int:
        """Check this witness's cosignature below a checkpoint, of which there must be exactly one.

        Returns:
            When it was made, Unix seconds.

        Raises:
            NoteError: The note is malformed, or the cosignature is missing, wrong, or there twice.
        """
        text, signatures = notes.split(note)
        own = [blob[_ID:] for _, name, blob in signatures if (name, blob[:_ID]) == (self.name, self.id)]
        if len(own) != 1:
            raise NoteError("the witness's cosignature is missing, or there twice")
        time = int.from_bytes(own[0][:_TIME], "big")
        try:
            Ed25519VerifyKey(self.public_key).verify(_cosigned_text(text, time), own[0][_TIME:])
        except (BadSignatureError, ValueError) as error:
            raise NoteError("the witness's cosignature is wrong") from error
        return time


@dataclass(frozen=True, slots=True)
class WitnessSigner:
    """A witness's name and Ed25519 seed (32 bytes, secret). The seed must serve no other use."""

    name: str
    seed: bytes = field(repr=False)

    @property
    def key(self) -> WitnessKey:
        """The public half; ``NoteError`` if name or seed are unusable."""
        return WitnessKey(self.name, notes.SigningKey(self.name, self.seed).verify_key.public_key)

    def cosign(self, note: bytes, now: int) -> str:
        """Give the signature line, without its newline, for a checkpoint that was verified and found consistent.

        Args:
            note: The checkpoint's note.
            now: Unix seconds.

        Raises:
            NoteError: The note is malformed.
        """
        text, _ = notes.split(note)
        signature = Ed25519SigningKey(self.seed).sign(_cosigned_text(text, now)).signature
        return f"— {self.name} {_base64(self.key.id + u64(now) + signature)}"


def with_lines(note: bytes, lines: bytes, keys: Sequence[WitnessKey]) -> bytes:
    """Put those of a witness's signature lines below a note that verify for one of ``keys``; unknown ones are dropped.

    An older cosignature of the same witness is replaced.

    Args:
        note: The checkpoint's note, with or without cosignatures.
        lines: What the witness answered: signature lines, each with its newline.
        keys: The witnesses that are known.

    Raises:
        NoteError: The note or the lines are malformed, or a known witness's line does not verify.
    """
    text, before = notes.split(note)
    _, answered = notes.split(text + b"\n" + lines)
    known = {(key.name, key.id): key for key in keys}
    taken = {}
    for line, name, blob in answered:
        key = known.get((name, blob[:_ID]))
        if key is not None:
            key.verify(notes.cosigned(text + b"\n", [line]))
            taken[name, blob[:_ID]] = line
    kept = [line for line, name, blob in before if (name, blob[:_ID]) not in taken]
    return notes.cosigned(text + b"\n", [*kept, *taken.values()])


@dataclass(frozen=True, slots=True)
class Submission:
    """What a log sends to a witness: the body of ``POST .../add-checkpoint``.

    Attributes:
        old: Size of the last checkpoint that the witness has cosigned, 0 for none.
        proof: The consistency proof from there to the checkpoint, hashes of 32 bytes each.
        note: The checkpoint, signed by the log.
    """

    old: int
    proof: Sequence[bytes]
    note: bytes

    def encode(self) -> bytes:
        """Give the body."""
        return "".join([f"old {self.old}\n", *(f"{_base64(part)}\n" for part in self.proof), "\n"]).encode() + self.note

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Read a body of at most 64 KiB; the note is not looked at. ``CheckpointError`` if it is malformed."""
        head, separator, note = body.partition(b"\n\n")
        if len(body) > MAX_SUBMISSION or not separator or not head.isascii():
            raise CheckpointError("the submission is too long, or malformed")
        first, *proof = head.decode("ascii").split("\n")
        if not first.startswith("old ") or not _SIZE.fullmatch(first[4:]) or len(proof) > MAX_PROOF:
            raise CheckpointError("a submission begins with the old size, and its proof has at most 63 hashes")
        return cls(int(first[4:]), [_unbase64(line) for line in proof], note)


def _cosigned_text(text: bytes, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n".encode() + text


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _unbase64(line: str) -> bytes:
    data = base64.b64decode(line) if _HASH.fullmatch(line) else b""
    if _base64(data) != line:
        raise CheckpointError("a hash is not the canonical base64 of 32 bytes")
    return data
