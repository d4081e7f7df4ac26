"""Going from one epoch to the next in a deployment of real processes, step by step, as its people do it."""

import threading
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx2

from obacht_clients.answers import NoCheck
from obacht_clients.department import Department
from obacht_demo.deployment import Deployment
from obacht_demo.servers import Server
from obacht_keys.custody import Custody
from obacht_protocol import matching, notes, oprf, register, rows, stretch, threshold
from obacht_protocol.encoding import parse_canonical_json
from obacht_protocol.head import Head
from obacht_protocol.identity import Person
from obacht_protocol.rows import Entry
from obacht_protocol.structures import from_json
from world import PURPOSE

HEAD = "/v1/register/head"
PATIENCE = 60.0


class Asking:
    """Somebody who goes on asking while the key is rotated.

    Attributes:
        states: The states of all answers, by family name, as often as they came.
    """

    def __init__(self, home: Path, *about: Person) -> None:
        self.states: dict[str, Counter[str]] = {person.family_name: Counter() for person in about}
        self._home = home
        self._about = about
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._go_on)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def _go_on(self) -> None:
        with closing(Department(self._home)) as department:
            while not self._done.wait(0.2):
                for person in self._about:
                    answer = department.check(person, purpose=PURPOSE)
                    told = f"{answer.state}, {answer.reason}" if isinstance(answer, NoCheck) else str(answer.state)
                    self.states[person.family_name][told] += 1


def next_ceremony(town: Deployment, *parties: str, number: int = 2) -> Path:
    """Deal the key of the next epoch to these key offices, and give the transcript."""
    out = town.folder / f"ceremony-{number}"
    before = town.folder / ("ceremony" if number == 2 else f"ceremony-{number - 1}") / "transcript.json"
    cards = [town.folder / party / "office.json" for party in parties]
    town._dealer("ceremony", "deal", "--previous", before, "--out", out, *cards)
    return out / "transcript.json"


def begin(town: Deployment, server: Server, transcript: Path, index: int) -> str:
    """Let a key office take its next share in, and the safety office enrol everybody for it."""
    sealed = transcript.with_name(f"share-{index}.sealed")
    told = town._key_office(server, "rotate", "begin", transcript, sealed, *town._lock, *town._passphrase)
    town._key_office(server, "enrolment", "release", "10000", "--epoch", "2")
    return told


def restart(server: Server) -> None:
    server.stop()
    server.start()


def describe(town: Deployment, *options: str | Path) -> str:
    """Draft a descriptor, let office and auditor sign it, and put it in force."""
    office = town.folder / "office"
    town._office("descriptor", "draft", *options)
    town._office("descriptor", "sign", *town._passphrase)
    town._auditor("sign", office / "descriptor.note", "--yes", *town._passphrase)
    return town._office("descriptor", "put", office / "descriptor.note", *town._passphrase)


def published(town: Deployment) -> tuple[Head, list[bytes]]:
    """Fetch the register in force, as a thief would keep it."""
    with httpx2.Client(base_url=town.matcher.url) as client:
        fields = parse_canonical_json(notes.body(client.get(HEAD).raise_for_status().content))
        del fields["type"]
        head = from_json(Head, fields)
        answer = client.get(f"/v1/register/{head.sequence}/buckets/0").raise_for_status()
    assert head.bits == 0
    return head, [answer.content]


def until_epoch(town: Deployment, epoch: int) -> None:
    """Wait until the register in force is of this epoch: nobody has to say so."""
    deadline = time.monotonic() + PATIENCE
    while published(town)[0].epoch != epoch:
        assert time.monotonic() < deadline, town.office.log.read_text()[-3000:]
        time.sleep(0.1)


def shares_of(town: Deployment, epoch: int, parties: Iterable[str]) -> dict[int, Custody]:
    """Unlock shares as whoever has the file and the passphrase can."""
    passphrase = (town.folder / "passphrase").read_bytes()
    files = (town.folder / party / f"share-{epoch}.locked" for party in parties)
    held = [Custody.unlock(file.read_bytes(), passphrase) for file in files]
    return {custody.facts.index: custody for custody in held}


def prks_of(person: Person, deployment: str, held: dict[int, Custody]) -> list[bytes]:
    """Derive everything that stands under a person's match keys, with enough shares."""
    inputs = [key.encode(deployment.encode()) for key in matching.enrollment_keys(person)]
    blinded = [oprf.blind(data) for data in inputs]
    answers = {index: custody.evaluate([element for _, element in blinded])[0] for index, custody in held.items()}
    outputs = oprf.unblind(inputs, [blind for blind, _ in blinded], threshold.combine(answers))
    return [stretch.stretch(output, stretch.CHEAPEST) for output in outputs]


def opened(prks: Iterable[bytes], head: Head, buckets: list[bytes]) -> list[Entry]:
    """Open every row of a register that these keys find."""
    found = []
    for prk in prks:
        for tag, entry_key in head.publication.derive_all(prk):
            row = register.find(buckets, head.bits, tag)
            if row is not None:
                found.append(rows.open_row(head.publication, row, tag, entry_key))
    return found
