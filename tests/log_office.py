"""Key offices that keep logs, answering inside the process, and clients that lie to them: the auditor's tests."""

import base64
import hashlib
import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import httpx2
from nacl.signing import SigningKey as Ed25519SigningKey
from nacl.signing import VerifyKey

from deployment import signing_key
from obacht_protocol import entries, matching, merkle, notes, oprf
from obacht_protocol.checkpoints import Checkpoint, WitnessSigner
from obacht_protocol.devices import COVERED, device_id
from obacht_protocol.encoding import base64url, u32
from obacht_protocol.entries import ANSWERED, EVENT, Entry, Logged
from obacht_protocol.identity import Address, Person
from obacht_protocol.messages import EvaluationRequest
from obacht_protocol.receipts import Receipt
from town import NOW, Answer, Town, problem, reply


@dataclass
class Log:
    """One office's log.

    Attributes:
        origin: The office's.
        key: The log's.
        data: Salt and details of every entry, or nothing where they were deleted.
        leaves: The leaf hashes.
        readers: Public keys of the devices that may read entries.
        most: Entries that are given out at once.
        cosigners: Witnesses whose lines stand below the checkpoint.
    """

    origin: str
    key: notes.SigningKey
    data: list[bytes] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    readers: set[bytes] = field(default_factory=set)
    most: int = 3
    cosigners: list[WitnessSigner] = field(default_factory=list)

    @classmethod
    def of(cls, origin: str, deployment: str) -> "Log":
        return cls(origin, signing_key(f"{urlsplit(origin).netloc}/{deployment}"))

    def add(self, entry: Entry) -> tuple[int, bytes]:
        salt, details = os.urandom(32), entry.encode()
        self.data.append(salt + details)
        self.leaves.append(entries.leaf(salt, details))
        return len(self.leaves) - 1, self.leaves[-1]

    def entry(self, index: int) -> Entry:
        return Entry.parse(self.data[index][32:])

    def change(self, index: int, *, rehash: bool = False, **changes: Any) -> None:
        """Change an entry's details; the tree stays as it was unless it is made anew from them."""
        salt, details = os.urandom(32), replace(self.entry(index), **changes).encode()
        self.data[index] = salt + details
        if rehash:
            self.leaves[index] = entries.leaf(salt, details)

    def event(self, code: str, words: str) -> None:
        self.add(Entry(EVENT, NOW, code, words))

    def log(self, request: httpx2.Request, device: bytes, department: str = "Bürgeramt", **changes: Any) -> Logged:
        """Write a request down as the office does."""
        fields: dict[str, Any] = {"kind": ANSWERED, "time": NOW, "code": "", "body": request.content}
        facts = {"department": department, "device": device, "base": base_of(request), "signature": signature(request)}
        index, leaf = self.add(Entry(**fields | facts | changes))
        return Logged.sign(self.key, EvaluationRequest.parse(request.content).question, index, leaf)

    @property
    def checkpoint(self) -> Checkpoint:
        return Checkpoint(self.key.name, len(self.leaves), merkle.root(self.leaves))

    @property
    def note(self) -> bytes:
        note = self.checkpoint.sign(self.key)
        text, lines = notes.split(note)
        own = [line for line, _, _ in lines]
        return notes.cosigned(text + b"\n", [*own, *(signer.cosign(note, NOW) for signer in self.cosigners)])

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        match request.url.path.split("/")[3:]:
            case ["checkpoint"]:
                return reply(self.note)
            case ["leaves", begin, end]:
                return reply(b"".join(self.leaves[int(begin) : int(end)]))
            case ["consistency", old, new]:
                return reply(b"".join(merkle.consistency_proof(self.leaves[: int(new)], int(old))))
            case ["entries", begin, end]:
                key = next((key for key in self.readers if device_id(key) in request.headers["Signature-Input"]), None)
                if key is None:
                    return problem("device")
                VerifyKey(key).verify(base_of(request), signature(request))
                some = self.data[int(begin) : int(end)][: self.most]
                return reply(b"".join(u32(len(data)) + data for data in some))
            case _:
                return problem("not-found")


def base_of(request: httpx2.Request) -> bytes:
    """Give what the device signed."""
    parameters = request.headers["Signature-Input"].partition("=")[2]
    values = (request.method, request.url.netloc.decode(), request.url.path, request.headers["Content-Digest"])
    lines = [f'"{name}": {value}' for name, value in zip(COVERED, values, strict=True)]
    return "\n".join([*lines, f'"@signature-params": {parameters}']).encode()


def signature(request: httpx2.Request) -> bytes:
    return base64.b64decode(request.headers["Signature"].partition("=:")[2].removesuffix(":"))


@dataclass
class Logs:
    """The logs of a town's key offices, which answer its clients and its auditor.

    Attributes:
        town: Whose.
        logs: By the office's port.
        devices: Public keys by device id.
        urgent: Whether questions that may go over quota do.
    """

    town: Town
    logs: Mapping[int, Log]
    devices: dict[str, bytes] = field(default_factory=dict)
    urgent: bool = False

    def know(self, public_key: bytes) -> None:
        self.devices[device_id(public_key)] = public_key

    def answers(self) -> Mapping[str, Answer]:
        return {
            "/v1/evaluations": self._evaluate,
            "/v1/log/": lambda request: self.logs[request.url.port or 0].answer(request),
        }

    def _evaluate(self, request: httpx2.Request) -> httpx2.Response:
        log = self.logs[request.url.port or 0]
        keyid = request.headers["Signature-Input"].partition('keyid="')[2].partition('"')[0]
        code = entries.URGENT if self.urgent and EvaluationRequest.parse(request.content).urgent else ""
        logged = log.log(request, self.devices[keyid], code=code)
        return reply(replace(self.town.evaluate(request), logged=logged).encode())


def with_logs(town: Town, indices: Iterable[int] = ()) -> Logs:
    """Give a town's key offices logs (those with these indices, or all), and its auditor keys for receipts."""
    descriptor = town.deployment.descriptor
    named = set(indices) or {office.index for office in descriptor.offices}
    logs = {office.index: Log.of(office.url, descriptor.deployment) for office in descriptor.offices}
    offices = [
        replace(office, log=str(logs[office.index].key.verify_key)) if office.index in named else office
        for office in descriptor.offices
    ]
    town.deployment = town.deployment.revised(offices=offices)
    town.note = town.deployment.note()
    town.published = town.published.renewed(descriptor=town.deployment.digest)
    ports = {urlsplit(office.url).port or 0: logs[office.index] for office in descriptor.offices}
    made = Logs(town, ports)
    town.instead = dict(made.answers())
    return made


@dataclass(frozen=True)
class Client:
    """A client that a test bends: it signs whatever it is told to.

    Attributes:
        log: Of the office that it asks.
        key: The device's.
        user: Pseudonym, 16 bytes.
        deployment: The deployment's id.
    """

    log: Log
    key: Ed25519SigningKey = field(default_factory=Ed25519SigningKey.generate)
    user: bytes = bytes(16)
    deployment: str = "test-town"

    @property
    def public_key(self) -> bytes:
        return bytes(self.key.verify_key)

    def part(self, subject: Person | Address, **changes: Any) -> tuple[list[bytes], Receipt]:
        """Blind somebody's match keys, and give the receipt with these fields of it changed."""
        nonce = secrets.token_bytes(16)
        fields: dict[str, Any] = {
            "question": bytes(16),
            "epoch": 1,
            "time": NOW,
            "purpose": "visit",
            "user": self.user,
            "nonce": nonce,
            "subject": subject,
        }
        keys = (
            matching.address_question_keys(subject, nonce)
            if isinstance(subject, Address)
            else matching.question_keys(subject, nonce)
        )
        blinded = [oprf.blind(key.encode(self.deployment.encode())) for key in keys]
        blinds = tuple(blind for blind, _ in blinded)
        receipt = Receipt(**{"blinds": blinds} | fields | changes)
        return [element for _, element in blinded], receipt

    def ask(self, *parts: tuple[list[bytes], Receipt], sealed: Sequence[bytes], **changes: Any) -> None:
        """Send these parts, and have them logged; ``changes`` go to the request, and ``entry`` to the log's entry."""
        entry: dict[str, Any] = changes.pop("entry", {})
        fields: dict[str, Any] = {
            "question": bytes(16),
            "epoch": 1,
            "elements": tuple(element for elements, _ in parts for element in elements),
            "purpose": "visit",
            "user": self.user,
            "receipts": tuple(sealed),
        }
        request = self.signed(EvaluationRequest(**fields | changes).encode())
        self.log.log(request, self.public_key, **entry)

    def signed(self, body: bytes, *, created: int = NOW, path: str = "/v1/evaluations") -> httpx2.Request:
        """Sign as devices do."""
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        nonce = base64url(secrets.token_bytes(16))
        covered = " ".join(f'"{name}"' for name in COVERED)
        keyid = device_id(self.public_key)
        parameters = f'({covered});created={created};nonce="{nonce}";keyid="{keyid}";tag="obacht-v1"'
        headers = {"Content-Digest": f"sha-256=:{digest}:", "Signature-Input": f"obacht={parameters}"}
        request = httpx2.Request("POST", self.log.origin + path, content=body, headers=headers)
        made = base64.b64encode(self.key.sign(base_of(request)).signature).decode()
        request.headers["Signature"] = f"obacht=:{made}:"
        return request
