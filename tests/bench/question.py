"""How long a question takes from end to end, against its cryptography and one commit, and against plain text."""

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Final, NamedTuple

import httpx2
import psutil

from bench import parties, plaintext
from bench.appending import Appending
from bench.figures import Fact, Figure, Findings, milliseconds
from bench.machine import waits
from bench.operations import Operations
from obacht_clients.answers import State
from obacht_clients.department import AsyncDepartment
from obacht_clients.questions import Stretcher
from obacht_clients.registers import Copy
from obacht_demo.deployment import Deployment
from obacht_demo.servers import Server, free_port
from obacht_protocol.identity import Person
from obacht_protocol.stretch import StretchSet

TIMES: Final = 2.5


class Taken(NamedTuple):
    """How long something took, and how long the processes that do it were ready and had no core meanwhile: seconds."""

    seconds: float
    waited: float


class _Round(NamedTuple):
    """A question, and all that it is compared with."""

    question: Taken
    operations: Taken
    commit: Taken
    plain: Taken
    plain_noted: Taken


def measure(deployment: Deployment, *, questions: int = 600) -> Findings:
    """Ask ``questions`` times about people who are listed, each time beside all that it is compared with."""
    rounds, rows = asyncio.run(_ask(deployment, questions))
    question, operations, commit, plain, plain_noted = (median(taken) for taken in zip(*rounds, strict=True))
    return Findings(
        "A question end to end, without the stretch",
        [
            Figure.at_most(
                "a question end to end (median), against its cryptographic operations and one durable commit",
                TIMES,
                question / (operations + commit),
                f"the clients' library, whose copy of a register of {rows:,} rows is there already, against key service"
                " and matcher in processes of their own, less the time in which it stretches; in turns with the same"
                " question's 4 blinds, receipt, leaf and promise of the log, evaluation with proof, verification,"
                " unblinding, Ed25519 signature and its check, 32 derivations, opening and grading of every row found,"
                " and with a commit of one entry to a database of the key office's settings on the same disk; of each"
                " the median over the half in which its processes waited least for a core",
                " times",
            )
        ],
        [
            Fact("a question, median", milliseconds(question)),
            Fact("its cryptographic operations, median", milliseconds(operations)),
            Fact("a durable commit, median", milliseconds(commit)),
            Fact("the same lookup in a plain-text FastAPI and SQLite service, median", milliseconds(plain)),
            Fact("the same, with a durable note of who was asked about, median", milliseconds(plain_noted)),
        ],
    )


async def _ask(deployment: Deployment, questions: int) -> tuple[list[_Round], int]:
    persons, rounds = parties.listed(), []
    servers = [parties.process(deployment.keys[0]), parties.process(deployment.matcher), parties.valkey(deployment)]
    async with AsyncDepartment(deployment.department) as department, httpx2.AsyncClient(trust_env=False) as client:
        department._stretcher = stretcher = TimedStretcher()
        await check(department, persons[0])  # also fetches the register, and has the canary proven
        copy = _copy(department)
        operations = Operations(parties.custody(deployment), copy, persons)
        with _plain_text(deployment.folder) as plain, closing(Appending(deployment.folder / "commits.db")) as commits:
            watch = Stopwatch([psutil.Process(), *servers, parties.process(plain)])
            for person in islice(cycle(persons), questions):
                question = await watch.of(check(department, person))
                rounds.append(
                    _Round(
                        question=Taken(question.seconds - stretcher.spent(), question.waited),
                        operations=watch.of_call(partial(operations.run, person)),
                        commit=watch.of_call(commits.run),
                        plain=await watch.of(_look_up(client, f"{plain.url}/check", person)),
                        plain_noted=await watch.of(_look_up(client, f"{plain.url}/check-and-note", person)),
                    )
                )
        return rounds, copy.head.rows << copy.head.bits


class TimedStretcher(Stretcher):
    """The clients' own, which says how long it took."""

    def __init__(self) -> None:
        super().__init__()
        self._spent = 0.0

    async def stretch(self, outputs: Sequence[bytes], parameters: StretchSet) -> list[bytes]:
        begin = time.perf_counter()
        prks = await super().stretch(outputs, parameters)
        self._spent += time.perf_counter() - begin
        return prks

    def spent(self) -> float:
        """Give the seconds since this was asked last."""
        spent, self._spent = self._spent, 0.0
        return spent


async def check(department: AsyncDepartment, person: Person) -> None:
    answer = await department.check(person, purpose=parties.PURPOSE)
    if answer.state is not State.ENTRY:
        raise AssertionError(f"somebody who is listed was not found: {answer}")


async def _look_up(client: httpx2.AsyncClient, url: str, person: Person) -> None:
    typed = {"family_name": person.family_name, "given_names": person.given_names, "birth_date": str(person.birth_date)}
    answer = await client.post(url, json=typed)
    if answer.json()["level"] is None:
        raise AssertionError("somebody who is listed was not found")


def _copy(department: AsyncDepartment) -> Copy:
    session = department._session
    if session is None or session._registers._copy is None:
        raise AssertionError("nothing was asked yet")
    return session._registers._copy


@contextmanager
def _plain_text(folder: Path) -> Iterator[Server]:
    plaintext.fill(folder / "plain.db", parties.listed())
    port = free_port(0)
    command = [sys.executable, plaintext.__file__, str(folder / "plain.db"), str(port)]
    server = Server("plain text", port, folder / "plain.log", command)
    server.start()
    try:
        yield server
    finally:
        server.stop()


class Stopwatch:
    def __init__(self, involved: Sequence[psutil.Process]) -> None:
        self._involved = involved

    async def of(self, work: Awaitable[None]) -> Taken:
        waited, begin = waits(self._involved), time.perf_counter()
        await work
        seconds = time.perf_counter() - begin
        return Taken(seconds, waits(self._involved) - waited)

    def of_call(self, work: Callable[[], None]) -> Taken:
        waited, begin = waits(self._involved), time.perf_counter()
        work()
        seconds = time.perf_counter() - begin
        return Taken(seconds, waits(self._involved) - waited)


def median(taken: Sequence[Taken]) -> float:
    calm = sorted(taken, key=lambda one: one.waited)[: (len(taken) + 1) // 2]
    return statistics.median(one.seconds for one in calm)
