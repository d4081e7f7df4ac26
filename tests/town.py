"""A matcher and key offices of an invented deployment, answering inside the process: the clients' network in tests."""

import datetime as dt
import email.utils
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx2

from deployment import Deployment, Published, make_deployment
from obacht_clients.department import Department
from obacht_clients.device import DeviceKey
from obacht_clients.home import Home, Pins
from obacht_clients.trust import first_records
from obacht_protocol import matching, oprf, rows, sketch, stretch
from obacht_protocol.encoding import canonical_json
from obacht_protocol.identity import Address, Person, parse_birth_date
from obacht_protocol.messages import EvaluationRequest, EvaluationResponse
from obacht_protocol.problems import MEDIA_TYPE, PROBLEMS
from obacht_protocol.rows import Entry, Publication

NOW = 1_800_000_000

Answer = Callable[[httpx2.Request], httpx2.Response]


def person(family_name: str, given_names: str, birth_date: str, birth_name: str = "") -> Person:
    return Person(family_name, given_names, parse_birth_date(birth_date, dt.date(2027, 1, 1)), birth_name)


@dataclass
class Record:
    """Somebody or something listed."""

    subject: Person | Address
    level: int = 3
    contact: int = 1
    valid_until: int = NOW + 1000
    several: bool = False
    mislabelled: bool = False


@dataclass
class Town:
    """A deployment whose servers answer here.

    Attributes:
        deployment: Its keys and its descriptor.
        published: The register in force.
        now: The time, on every clock.
        instead: What a server answers in place of the truth, by the beginning of the path.
        requests: All that was asked.
    """

    deployment: Deployment
    published: Published
    now: int = NOW
    instead: dict[str, Answer] = field(default_factory=dict)
    requests: list[httpx2.Request] = field(default_factory=list)
    note: bytes = b""

    def __post_init__(self) -> None:
        self.note = self.note or self.deployment.note()

    @property
    def network(self) -> httpx2.MockTransport:
        return httpx2.MockTransport(self.answer)

    def clock(self) -> int:
        return self.now

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        path = request.url.path
        for beginning, answer in self.instead.items():
            if path.startswith(beginning):
                return answer(request)
        return self.truth(request)

    def truth(self, request: httpx2.Request) -> httpx2.Response:
        match request.method, *request.url.path.split("/")[2:]:
            case "GET", "descriptor":
                answer = reply(self.note)
            case "GET", "register", "head":
                answer = reply(self.published.note)
            case "GET", "register", sequence, "buckets", index if int(sequence) == self.published.head.sequence:
                proof = b"".join(self.published.register.proof(int(index)))
                answer = reply(proof + self.published.register.buckets[int(index)])
            case "POST", "evaluations":
                answer = reply(self.evaluate(request).encode())
            case "GET", "evaluations":
                answer = problem("method")
            case _:
                answer = problem("not-found")
        return answer

    def evaluate(self, request: httpx2.Request) -> EvaluationResponse:
        question = EvaluationRequest.parse(request.content)
        origin = f"{request.url.scheme}://{request.url.netloc.decode()}"
        office = next(office for office in self.deployment.descriptor.offices if office.url == origin)
        evaluated, proof = oprf.blind_evaluate(self.deployment.shares[office.index], list(question.elements))
        return EvaluationResponse(question.question, question.epoch, tuple(evaluated), proof)

    def publish(self, records: Iterable[Record] = (), *, canary: bool = True, **changes: Any) -> None:
        """Put a new register in force."""
        self.published = published(
            self.deployment,
            records,
            canary=canary,
            sequence=self.published.head.sequence + 1,
            issued=self.now,
            **changes,
        )

    def asked(self, beginning: str) -> int:
        return sum(request.url.path.startswith(beginning) for request in self.requests)


def reply(body: bytes, **headers: str) -> httpx2.Response:
    return httpx2.Response(200, content=body, headers=headers)


def problem(code: str) -> httpx2.Response:
    body = canonical_json({"code": code, "status": PROBLEMS[code].status})
    return httpx2.Response(PROBLEMS[code].status, content=body, headers={"Content-Type": MEDIA_TYPE})


def date(seconds: int) -> str:
    return email.utils.formatdate(seconds, usegmt=True)


def published(of: Deployment, records: Iterable[Record], *, canary: bool = True, **changes: Any) -> Published:
    """Build the register that lists ``records``, and the canary unless a test leaves it out."""
    publication = Publication(of.descriptor.epoch.number, os.urandom(32))
    invented = of.descriptor.canary
    listed = [*records]
    if canary:
        whole = person(invented.family_name, invented.given_names, invented.birth_date)
        listed.append(Record(whole, valid_until=2**32 - 1))
    slots: dict[bytes, int] = {}
    made = [row for record in listed for row in _rows(of, publication, record, slots)]
    result = of.publish(rows=made, **changes)
    return replace(result, head=replace(result.head, salt=publication.salt))


def _rows(of: Deployment, publication: Publication, record: Record, slots: dict[bytes, int]) -> Iterable[bytes]:
    subject = record.subject
    keys = (
        matching.enrollment_keys(subject)
        if isinstance(subject, Person)
        else matching.address_enrollment_keys(subject, "all")
    )
    for key in keys:
        prk = _prk(of, key.encode(of.name.encode()))
        slot = slots[prk] = slots.get(prk, -1) + 1
        tag, entry_key = publication.derive(prk, slot)
        about_person = isinstance(subject, Person)
        entry = Entry(
            level=record.level,
            contact=record.contact,
            valid_until=record.valid_until,
            reference=os.urandom(8),
            sketch=sketch.make(subject, entry_key) if isinstance(subject, Person) else bytes(24),
            address=about_person == record.mislabelled,
            several=record.several,
        )
        yield rows.seal(publication, tag, entry_key, entry)


def _prk(of: Deployment, data: bytes) -> bytes:
    blind, element = oprf.blind(data)
    evaluated, _ = oprf.blind_evaluate(of.secret, [element])
    (output,) = oprf.unblind([data], [blind], evaluated)
    return stretch.stretch(output, stretch.by_name(of.descriptor.epoch.stretch))


def make_town(records: Iterable[Record] = (), *, now: int = NOW, **changes: Any) -> Town:
    made = make_deployment(now=now, **changes)
    return Town(made, published(made, records, sequence=1, issued=now), now)


def make_home(town: Town, path: Path) -> Path:
    """Set a client up as ``obacht init`` does, without asking anybody."""
    descriptor = town.deployment.descriptor
    pins = Pins(descriptor.deployment, descriptor.office, descriptor.auditor)
    Home.create(path, first_records(town.note, pins)).close()
    DeviceKey.load_or_create(path / "device.key")
    return path


def make_department(town: Town, path: Path) -> Department:
    return Department(make_home(town, path), clock=town.clock, network=town.network)
