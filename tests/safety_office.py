"""A safety office whose key office and matcher answer inside the process, and hold to the protocol's rules."""

import asyncio
import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

import postgres
from deployment import signing_key
from invented_passwords import give_password
from obacht_clients.transport import Transport
from obacht_enrollment import drafting, importing
from obacht_enrollment.accounts import users
from obacht_enrollment.accounts.roles import Role, User
from obacht_enrollment.accounts.user_store import UserStore
from obacht_enrollment.cases import intake
from obacht_enrollment.home import IN_FORCE, RECORDS
from obacht_enrollment.keyring import PublicKeys
from obacht_enrollment.office import Office, descriptor_in_force
from obacht_enrollment.outside import Outside
from obacht_enrollment.publication import Published, publish
from obacht_enrollment.settings import new_settings
from obacht_protocol import notes, oprf, register, rows, stretch, transcript
from obacht_protocol.descriptor import Descriptor
from obacht_protocol.encoding import canonical_json
from obacht_protocol.head import Head
from obacht_protocol.locks import CHEAPEST
from obacht_protocol.messages import ENROLMENT, EvaluationRequest, EvaluationResponse
from obacht_protocol.problems import MEDIA_TYPE, PROBLEMS
from obacht_protocol.transcript import Seat, Transcript

NOW = 1_800_000_000
DAY = 86_400
KEYS = "http://127.0.0.1:8200"
MATCHER = "http://127.0.0.1:8100"
PASSPHRASE = b"invented passphrase"
AUDITOR = signing_key("test-town/auditor")
HEADER = (
    "Familienname;Vornamen;Geburtsname;Geburtsdatum;PLZ;Straße;Hausnummer;Seite;"
    "Stufe;Kontakt;Gültig bis;Grund;Aktenzeichen"
)
_NAMES = [
    f"{a}{b}{c}" for a in ("Mer", "Bol", "Tak", "Win", "Sur", "Fel") for b in ("ka", "lo", "mi") for c in ("rn", "ss")
]


def person_line(
    family: str = "Meyer", given: str = "Jörg", born: str = "14.05.1971", level: int = 2, until: str = "31.12.2027"
) -> str:
    return f"{family};{given};;{born};;;;;{level};1;{until};Strafanzeige;1 Js 1/26"


def people(count: int) -> list[str]:
    """Write lines of different people."""
    return [
        person_line(_NAMES[i % 36], _NAMES[(i * 7 + 5) % 36], f"{1 + i % 28:02}.05.{1950 + i // 28}")
        for i in range(count)
    ]


def address_line(street: str = "Venloer Str.", house: str = "12", level: int = 2, until: str = "31.12.2027") -> str:
    return f";;;;50825;{street};{house};;{level};1;{until};Hausverbot;2 Js {house}/26"


def table(*lines: str) -> bytes:
    return "\n".join([HEADER, *lines, ""]).encode()


@dataclass
class Servers:
    """One key office and a matcher.

    Attributes:
        secret: The OPRF key of epoch 1.
        public: Its public half.
        destroyed: Epochs for which the key office answers no more.
        descriptor: The note in force at the matcher.
        head: The note of the head in force at the matcher.
        buckets: Of the register in force.
        evaluations: How many elements each request had.
        instead: What answers in place of the truth, by method and beginning of the path.
    """

    secret: bytes = b""
    public: bytes = b""
    destroyed: set[int] = field(default_factory=set)
    descriptor: bytes = b""
    head: bytes = b""
    buckets: list[bytes] = field(default_factory=list)
    evaluations: list[int] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    instead: dict[str, Callable[[httpx2.Request], httpx2.Response]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.secret, self.public = oprf.derive_key_pair(hashlib.sha256(b"safety office").digest(), b"test")

    def ceremony(self, deployment: str = "test-town", epoch: int = 1) -> Transcript:
        """Give the transcript by which the one key office got the whole key."""
        secret, public = self.key(epoch)
        seat = Seat(1, "IT-Amt", KEYS, transport_key=bytes(31) + b"\1", public_share=public, sealed=bytes(32))
        return transcript.make([secret], [seat], deployment=deployment, epoch=epoch)

    def key(self, epoch: int) -> tuple[bytes, bytes]:
        """Give an epoch's OPRF key and its public half."""
        if epoch == 1:
            return self.secret, self.public
        return oprf.derive_key_pair(hashlib.sha256(b"safety office").digest(), f"epoch {epoch}".encode())

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        place = f"{request.method} {request.url.path}"
        self.requests.append(place)
        for beginning, answer in self.instead.items():
            if place.startswith(beginning):
                return answer(request)
        return self.truth(request)

    def truth(self, request: httpx2.Request) -> httpx2.Response:  # noqa: PLR0911 - one for each address
        match [request.method, *request.url.path.split("/")[2:]]:
            case ["POST", "evaluations"]:
                return self._evaluate(request.content)
            case ["GET", "descriptor"]:
                return httpx2.Response(200, content=self.descriptor) if self.descriptor else problem("no-descriptor")
            case ["PUT", "descriptor"]:
                return self._put_descriptor(request.content)
            case ["GET", "register", "head"]:
                return httpx2.Response(200, content=self.head) if self.head else problem("no-register")
            case ["POST", "register", "head"]:
                return self._renew(request.content)
            case ["PUT", "register", sequence]:
                return self._publish(int(sequence), request.content)
        return problem("not-found")

    def lookup(self, prk: bytes) -> list[tuple[rows.Entry, bytes]]:
        """Open every row of a match key, as a client does."""
        head = self.current_head
        found = []
        for tag, entry_key in head.publication.derive_all(prk):
            row = register.find(self.buckets, head.bits, tag)
            if row is not None:
                found.append((rows.open_row(head.publication, row, tag, entry_key), entry_key))
        return found

    def prk(self, match_key: bytes) -> bytes:
        """Derive a match key's ``prk`` in the epoch of the register in force."""
        blind, element = oprf.blind(match_key)
        evaluated, _ = oprf.blind_evaluate(self.key(self.current_head.epoch)[0], [element])
        (output,) = oprf.unblind([match_key], [blind], evaluated)
        return stretch.stretch(output, stretch.CHEAPEST)

    @property
    def current_descriptor(self) -> Descriptor:
        return Descriptor.parse(notes.body(self.descriptor))

    @property
    def current_head(self) -> Head:
        return Head.verify(self.head, self.current_descriptor.head)

    def _evaluate(self, body: bytes) -> httpx2.Response:
        question = EvaluationRequest.parse(body)
        assert question.purpose == ENROLMENT
        if question.epoch in self.destroyed:
            return problem("epoch")
        self.evaluations.append(len(question.elements))
        evaluated, proof = oprf.blind_evaluate(self.key(question.epoch)[0], list(question.elements))
        response = EvaluationResponse(question.question, question.epoch, tuple(evaluated), proof)
        return httpx2.Response(200, content=response.encode())

    def _put_descriptor(self, note: bytes) -> httpx2.Response:
        descriptor = Descriptor.parse(notes.body(note))
        Descriptor.verify(note, descriptor.office, descriptor.auditor)
        if self.descriptor and descriptor.version <= self.current_descriptor.version:
            return problem("descriptor-order")
        self.descriptor = note
        return httpx2.Response(204)

    def _checked(self, note: bytes) -> Head | None:
        head = Head.verify(note, self.current_descriptor.head)
        return head if head.descriptor == notes.digest(self.descriptor) else None

    def _renew(self, note: bytes) -> httpx2.Response:
        if not self.descriptor:
            return problem("no-descriptor")
        if not self.head:
            return problem("no-register")
        head = self._checked(note)
        if head is None:
            return problem("head")
        before = self.current_head
        if head.register_facts != before.register_facts or head.issued <= before.issued:
            return problem("sequence")
        self.head = note
        return httpx2.Response(204)

    def _publish(self, sequence: int, body: bytes) -> httpx2.Response:
        if not self.descriptor:
            return problem("no-descriptor")
        length = int.from_bytes(body[:4], "big")
        note, rest = body[4 : 4 + length], body[4 + length :]
        head = self._checked(note)
        if head is None:
            return problem("head")
        if head.sequence != sequence or (self.head and sequence <= self.current_head.sequence):
            return problem("sequence")
        size = head.bucket_length
        buckets = [rest[place : place + size] for place in range(0, len(rest), size)]
        whole = register.Register(head.bits, head.rows, tuple(buckets), head.root)
        for index, bucket in enumerate(buckets):
            register.check_bucket(
                bucket,
                index=index,
                bits=head.bits,
                bucket_rows=head.rows,
                proof=whole.proof(index),
                root=head.root,
            )
        self.head, self.buckets = note, buckets
        return httpx2.Response(204)


@dataclass
class Site:
    """An office, its clock, and the servers it talks to."""

    office: Office
    servers: Servers
    now: int = NOW

    def clock(self) -> int:
        return self.now

    @property
    def outside(self) -> Outside:
        device = self.office.keys.publisher
        transport = Transport(device, self.clock, network=httpx2.MockTransport(self.servers.answer))
        return Outside(transport, device, self.office.settings.matcher)

    @property
    def descriptor(self) -> Descriptor:
        found = descriptor_in_force(self.office.home)
        assert found is not None
        return found[0]

    def stored(self) -> bytes:
        """Give all that stands in the database's files."""
        database = self.office.store.database
        if self.office.settings.storage is not None:
            return postgres.files(database)
        path = self.office.home.path(RECORDS)
        return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))

    @property
    def importer(self) -> User:
        """Somebody who works on cases."""
        return self._user("importer", Role.CASE_WORKER)

    @property
    def approver(self) -> User:
        """Somebody else, who approves them."""
        return self._user("approver", Role.APPROVER)

    def take_in(self, *lines: str) -> None:
        """Import lines, and have them approved: from then on they are to be published."""
        prepared = importing.prepare(self.office, self.importer, table(*lines), self.now)
        assert not prepared.preview.faulty
        done = importing.take_in(self.office, self.importer, prepared, self.clock)
        if done.number is not None:
            assert not intake.approve(self.office, self.approver, done.number, self.now).left

    def _user(self, login: str, role: Role) -> User:
        known = UserStore(self.office.store.database).by_login(login)
        if known is not None:
            return users.user_of(self.office, known)
        added = users.add(self.office, None, login=login, name=login, roles=[role], now=self.now)
        give_password(self.office, login, added.code, self.now)
        return added.user

    def sign_descriptor(self, *, send: bool = True, epoch: int = 1, drop: Collection[int] = ()) -> bytes:
        """Draft with this epoch's ceremony, or without one if an epoch is dropped; sign by both, and put in force."""
        held = None if drop else self.servers.ceremony(epoch=epoch)
        keys = PublicKeys(self.office.home)
        previous = descriptor_in_force(self.office.home)
        drafted = drafting.draft(
            self.office.settings, keys, held, AUDITOR.verify_key, previous, now=self.now, drop=drop
        )
        drafting.write_draft(self.office.home, drafted)
        drafting.sign(self.office.home, self.office.keys)
        note = notes.cosign(self.office.home.read("descriptor.note"), AUDITOR)
        if send:
            asyncio.run(drafting.put(self.office.home, note, self.outside))
        else:
            self.office.home.replace(IN_FORCE, note)
        return note

    def publish(self, **named: Any) -> Published:
        return asyncio.run(publish(self.office, self.outside, self.clock, **named))


def make_office(folder: Path, storage: str = "") -> Office:
    """Make an office; ``storage`` goes into its ``office.toml``."""
    text = new_settings(
        deployment="test-town", matcher=MATCHER, office="Sicherheitsstelle", phone="0221 1", stretch="CHEAPEST"
    )
    return Office.create(folder, PASSPHRASE, text + storage, CHEAPEST)


def problem(code: str) -> httpx2.Response:
    body = canonical_json({"code": code, "status": PROBLEMS[code].status})
    return httpx2.Response(PROBLEMS[code].status, content=body, headers={"Content-Type": MEDIA_TYPE})


def unreachable(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("down", request=request)
