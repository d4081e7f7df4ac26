"""What the office's processes ask of the one that writes the log."""

from typing import NamedTuple

from obacht_keys.limits import Limits


class Asked(NamedTuple):
    """A request whose signature and digest were checked, on its way to the log.

    Attributes:
        time: When it was checked, Unix seconds.
        device: The device's id.
        public_key: Its Ed25519 key, 32 bytes.
        department: Its department's name.
        nonce: 16 bytes.
        digest: SHA-256 of the body, 32 bytes.
        signature_base: What was signed.
        signature: 64 bytes.
        body: The request; empty if it is refused.
        refused: The code with which it is refused whatever the quotas say, or empty.
        question: Its id, 16 bytes; empty if the body is malformed, like what follows.
        user: Pseudonym, 16 bytes.
        persons: About how many persons it is; 0 for enrolment.
        keys: How many match keys it enrols; 0 for a question.
        epoch: Of the key that is asked for.
        released: How many match keys may be enrolled in that epoch, in all.
        urgent: Whether it is to be answered over its quota.
        limits: What a user of this department may ask.
        deployment: What a user may ask whose department has no limits of its own.
    """

    time: int
    device: str
    public_key: bytes
    department: str
    nonce: bytes
    digest: bytes
    signature_base: bytes
    signature: bytes
    body: bytes = b""
    refused: str = ""
    question: bytes = b""
    user: bytes = b""
    persons: int = 0
    keys: int = 0
    epoch: int = 0
    released: int = 0
    urgent: bool = False
    limits: tuple[int, ...] = tuple(Limits())
    deployment: tuple[int, ...] = tuple(Limits())


class Look(NamedTuple):
    """A signed request that only reads the log: it counts once, and adds nothing.

    Attributes:
        time: Unix seconds.
        device: The device's id.
        nonce: 16 bytes.
    """

    time: int
    device: str
    nonce: bytes


class Event(NamedTuple):
    """Something that the office's operator did.

    Attributes:
        time: Unix seconds.
        code: What it was, in lower-case words joined by hyphens.
        words: The facts, for people.
    """

    time: int
    code: str
    words: str


class Refused(NamedTuple):
    """A request is refused.

    Attributes:
        code: Of the protocol's problems.
        wait: Seconds after which it makes sense to ask again, or None.
    """

    code: str
    wait: int | None = None
