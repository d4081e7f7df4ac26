"""Several key offices: whoever fails is replaced and named, and what is answered is right or is no check."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from obacht_clients import offices
from obacht_clients.answers import Answer, Entry, NoCheck, NoEntry, OfficeWarning
from obacht_clients.department import Department
from obacht_clients.device import DeviceKey
from obacht_clients.offices import Offices
from obacht_clients.transport import Transport
from obacht_protocol import group, notes, oprf
from obacht_protocol.encoding import base64url, canonical_json
from obacht_protocol.messages import ENROLMENT, EvaluationRequest, EvaluationResponse
from obacht_protocol.problems import MEDIA_TYPE, PROBLEMS
from town import Record, Town, make_home, make_town, person, problem, reply

ANNA = person("Müller", "Anna", "07.03.1980")
STRANGER = person("Fremd", "Erik", "09.09.1999")
FIRST, SECOND, THIRD = PORTS = (8201, 8202, 8203)
NAMES = {port: f"Key office {number}" for number, port in enumerate(PORTS, 1)}

Conduct = Callable[[httpx2.Request], Awaitable[httpx2.Response]]


class Street(httpx2.AsyncBaseTransport):
    """The network of a town whose three key offices each behave as a test wants.

    Attributes:
        conduct: What an office does, by its port; it answers truly otherwise.
        asked: The port of every office asked, and when.
        running: How many offices are asked at this moment.
        cancelled: How many were not waited for.
    """

    def __init__(self, town: Town) -> None:
        self.town = town
        self.conduct: dict[int, Conduct] = {}
        self.asked: list[tuple[int, float]] = []
        self.running = 0
        self.cancelled = 0

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path != "/v1/evaluations":
            return self.town.answer(request)
        self.town.requests.append(request)
        port = request.url.port or 0
        self.asked.append((port, asyncio.get_running_loop().time()))
        self.running += 1
        try:
            return await self.conduct.get(port, self.honest)(request)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.running -= 1

    @property
    def order(self) -> list[int]:
        return [port for port, _ in self.asked]

    async def honest(self, request: httpx2.Request) -> httpx2.Response:
        return reply(self.town.evaluate(request).encode())

    async def late(self, request: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(0.03)
        return await self.honest(request)

    async def lying(self, request: httpx2.Request) -> httpx2.Response:
        question = EvaluationRequest.parse(request.content)
        evaluated, proof = oprf.blind_evaluate(group.scalar_random(), list(question.elements))
        return reply(EvaluationResponse(question.question, 1, tuple(evaluated), proof).encode())

    async def altering(self, request: httpx2.Request) -> httpx2.Response:
        answer = self.town.evaluate(request)
        return reply(replace(answer, evaluated=answer.evaluated[::-1]).encode())

    async def answering_another(self, request: httpx2.Request) -> httpx2.Response:
        return reply(replace(self.town.evaluate(request), question=bytes(16)).encode())


async def down(_: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("no")


async def breaking(_: httpx2.Request) -> httpx2.Response:
    raise httpx2.ReadError("gone")


async def never(_: httpx2.Request) -> httpx2.Response:
    await asyncio.sleep(3600)
    raise AssertionError


async def timing_out(_: httpx2.Request) -> httpx2.Response:
    await asyncio.sleep(0.02)
    raise httpx2.ReadTimeout("too slow")


async def failing(_: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(500, content=b"<html>")


def refusing(code: str) -> Conduct:
    async def refuse(_: httpx2.Request) -> httpx2.Response:
        return problem(code)

    return refuse


@pytest.fixture
def street() -> Street:
    origins = tuple(f"http://127.0.0.1:{port}" for port in PORTS)
    return Street(make_town([Record(ANNA)], key_offices=origins, needed=2))


@pytest.fixture
def department(street: Street, tmp_path: Path) -> Iterator[Department]:
    home = make_home(street.town, tmp_path / "home")
    with Department(home, clock=street.town.clock, network=street) as department:
        assert department.check(STRANGER, purpose="visit") == NoEntry()
        street.asked.clear()
        yield department
        assert not street.running, "no task goes on after the answer"


@pytest.fixture
def in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask the offices in the order of their indices."""
    monkeypatch.setattr(offices, "in_random_order", lambda known: list(known)[::-1])


def ask(department: Department) -> Answer:
    return department.check(ANNA, purpose="visit")


def evaluate(street: Street, times: int = 1) -> tuple[list[list[bytes]], tuple[OfficeWarning, ...]]:
    """Ask as the safety office does."""

    async def run() -> tuple[list[list[bytes]], tuple[OfficeWarning, ...]]:
        async with Transport(DeviceKey(bytes(32)), street.town.clock, network=street) as way:
            descriptor = street.town.deployment.descriptor
            asked = Offices(way, descriptor, descriptor.epoch)
            outputs = [await asked.evaluate([b"key"], purpose=ENROLMENT, user=bytes(16)) for _ in range(times)]
            assert len(asyncio.all_tasks()) == 1
            return outputs, asked.warnings

    return asyncio.run(run())


def test_no_more_offices_are_asked_than_are_needed(department: Department, street: Street) -> None:
    answer = ask(department)
    assert isinstance(answer, Entry)
    assert answer.warnings == ()
    assert len(set(street.order)) == len(street.order) == 2


def test_offices_are_asked_side_by_side(department: Department, street: Street) -> None:
    both = asyncio.Event()

    async def waiting_for_the_other(request: httpx2.Request) -> httpx2.Response:
        if len(street.asked) == 2:
            both.set()
        await both.wait()
        return await street.honest(request)

    street.conduct = dict.fromkeys(PORTS, waiting_for_the_other)
    assert isinstance(ask(department), Entry)
    assert len(street.asked) == 2


@pytest.mark.usefixtures("in_order")
@pytest.mark.parametrize(
    ("conduct", "code"),
    [
        (lambda _: down, "unreachable"),
        (lambda _: breaking, "interrupted"),
        (lambda _: timing_out, "timeout"),
        (lambda _: failing, "refused"),
        (lambda street: street.lying, "office-proof"),
        (lambda street: street.altering, "office-proof"),
        (lambda street: street.answering_another, "office-answer"),
        (lambda _: refusing("device"), "refused-device"),
        (lambda _: refusing("signature-time"), "clock"),
    ],
)
@pytest.mark.parametrize("port", [FIRST, SECOND])
def test_an_office_that_fails_is_replaced_and_named(
    department: Department, street: Street, conduct: Callable[[Street], Conduct], code: str, port: int
) -> None:
    street.conduct = {port: conduct(street)}
    answer = ask(department)
    assert isinstance(answer, Entry)
    assert answer.warnings == (OfficeWarning(code, NAMES[port]),)
    assert list(dict.fromkeys(street.order)) == [FIRST, SECOND, THIRD]
    clean = department.check(STRANGER, purpose="visit")
    assert clean == NoEntry((OfficeWarning(code, NAMES[port]),))


@pytest.mark.usefixtures("in_order")
def test_another_office_is_asked_after_300_milliseconds_and_the_slow_one_is_named(
    department: Department, street: Street
) -> None:
    street.conduct = {FIRST: never}
    answer = ask(department)
    assert isinstance(answer, Entry)
    assert answer.warnings == (OfficeWarning("office-slow", NAMES[FIRST]),)
    assert street.order == [FIRST, SECOND, THIRD]
    begun, hedged = street.asked[0][1], street.asked[2][1]
    assert 0.3 <= hedged - begun < 0.9
    assert street.cancelled == 1


@pytest.mark.usefixtures("in_order")
def test_a_slow_office_that_is_faster_than_its_replacement_is_used_and_not_named(
    department: Department, street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    hedged = asyncio.Event()

    async def slow(request: httpx2.Request) -> httpx2.Response:
        await hedged.wait()
        return await street.honest(request)

    async def hedge(request: httpx2.Request) -> httpx2.Response:
        hedged.set()
        return await never(request)

    monkeypatch.setattr(offices, "HEDGE_AFTER", 0.2)
    street.conduct = {FIRST: slow, THIRD: hedge}
    answer = ask(department)
    assert isinstance(answer, Entry)
    assert answer.warnings == ()
    assert street.cancelled == 1


@pytest.mark.usefixtures("in_order")
@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (["device", "device"], "refused-device"),
        (["signature-time", "signature-time"], "clock"),
        (["down", "down"], "unreachable"),
        (["down", "device"], "refused-device"),
        (["lying", "down"], "office-proof"),
        (["timeout", "lying"], "office-proof"),
        (["lying", "signature-time"], "clock"),
    ],
)
def test_with_too_few_offices_no_check_is_made_for_the_reason_that_helps_most(
    department: Department, street: Street, codes: list[str], expected: str
) -> None:
    special = {"down": down, "lying": street.lying, "timeout": timing_out}
    street.conduct = {
        port: special.get(code) or refusing(code) for port, code in zip((FIRST, SECOND), codes, strict=True)
    }
    answer = ask(department)
    assert isinstance(answer, NoCheck)
    assert answer.reason == expected
    assert answer.contact is not None
    assert {warning.office for warning in answer.warnings} == {NAMES[FIRST], NAMES[SECOND]}
    assert isinstance(department.check(STRANGER, purpose="visit"), NoCheck)


def test_what_all_offices_refuse_alike_is_the_reason(department: Department, street: Street) -> None:
    street.conduct = dict.fromkeys(PORTS, refusing("department"))
    answer = ask(department)
    assert isinstance(answer, NoCheck)
    assert answer.reason == "refused-department"


CONDUCTS = ["honest", "late", "down", "breaking", "timing_out", "failing", "lying", "altering", "answering_another",
            *(code for code in PROBLEMS)]  # fmt: skip
HONEST = {"honest", "late"}
OVER_QUOTA = {"quota", "quota-urgent", "budget"}  # who refuses so has done its part


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(conducts=st.lists(st.sampled_from(CONDUCTS[:9]) | st.sampled_from(CONDUCTS), min_size=3, max_size=3))
def test_whoever_fails_how_an_answer_is_right_or_no_check(
    department: Department, street: Street, conducts: list[str]
) -> None:
    outside = {"down": down, "breaking": breaking, "timing_out": timing_out, "failing": failing}
    street.conduct = {
        port: outside.get(name) or (refusing(name) if name in PROBLEMS else getattr(street, name))
        for port, name in zip(PORTS, conducts, strict=True)
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(offices, "HEDGE_AFTER", 0.005)
        listed, stranger = ask(department), department.check(STRANGER, purpose="visit")
    enough = sum(name in HONEST for name in conducts) >= 2
    assert isinstance(listed, Entry if enough else NoCheck)
    assert isinstance(stranger, NoEntry if enough else NoCheck)
    amiss = {NAMES[port]: name for port, name in zip(PORTS, conducts, strict=True) if name not in HONEST}
    wrong = {office for office, name in amiss.items() if name not in OVER_QUOTA}
    slow = {NAMES[port] for port, name in zip(PORTS, conducts, strict=True) if name == "late"}
    for answer in (listed, stranger):
        for warning in answer.warnings:
            assert warning.office in (slow | wrong if warning.code == "office-slow" else wrong)
        seen = len({warning.office for warning in answer.warnings} & wrong) + len(amiss) - len(wrong)
        assert enough or seen == 2 or len(amiss) > 2


def test_the_order_is_chance_and_the_question_the_same_everywhere(street: Street) -> None:
    outputs, warnings = evaluate(street, times=40)
    assert not warnings
    assert len({bytes(output) for (output,) in outputs}) == 1, "every pair of offices gives the same"
    pairs = list(zip(street.order[::2], street.order[1::2], strict=True))
    assert {frozenset(pair) for pair in pairs} == {frozenset(pair) for pair in ((FIRST, SECOND), (FIRST, THIRD),
                                                                             (SECOND, THIRD))}  # fmt: skip
    bodies = [request.content for request in street.town.requests]
    assert bodies[::2] == bodies[1::2]
    assert len(set(bodies)) == 40


@pytest.mark.usefixtures("in_order")
def test_an_enrolment_replaces_and_names_offices_too(street: Street) -> None:
    ((expected,),), _ = evaluate(street)
    street.conduct = {FIRST: street.lying, SECOND: street.late}
    ((output,),), warnings = evaluate(street)
    assert output == expected
    assert warnings == (OfficeWarning("office-proof", NAMES[FIRST]),)


def test_a_question_that_is_given_up_leaves_no_office_asked(street: Street) -> None:
    street.conduct = dict.fromkeys(PORTS, never)

    async def run() -> None:
        async with Transport(DeviceKey(bytes(32)), street.town.clock, network=street) as way:
            descriptor = street.town.deployment.descriptor
            asked = Offices(way, descriptor, descriptor.epoch)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(asked.evaluate([b"key"], purpose=ENROLMENT, user=bytes(16)), 0.05)
            assert len(asyncio.all_tasks()) == 1

    asyncio.run(run())
    assert (street.cancelled, street.running) == (2, 0)


def test_a_fault_of_our_own_in_one_office_is_raised(department: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oprf, "verify_proof", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        ask(department)


def test_offices_with_shares_of_different_keys_are_never_asked(street: Street, department: Department) -> None:
    town = street.town
    town.deployment = town.deployment.revised()
    descriptor = town.deployment.descriptor
    _, foreign = oprf.derive_key_pair(bytes(32), b"another key")
    body = descriptor.encode().replace(base64url(descriptor.epoch.shares[3]).encode(), base64url(foreign).encode())
    assert body != descriptor.encode()
    town.note = notes.sign(body, [town.deployment.office, town.deployment.auditor])
    town.published = town.published.renewed(descriptor=notes.digest(town.note))
    answer = ask(department)
    assert isinstance(answer, NoCheck)
    assert answer.reason == "descriptor-form"
    assert not street.asked


@pytest.mark.sockets
@pytest.mark.usefixtures("in_order")
def test_hedges_that_lost_leave_every_connection_free(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offices, "HEDGE_AFTER", 0.01)
    town, gone, all_gone = street.town, [], asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, *, silent: bool) -> None:
        try:
            while header := await reader.readuntil(b"\r\n\r\n"):
                length = next(int(line[15:]) for line in header.lower().split(b"\r\n") if line.startswith(b"content-l"))
                request = httpx2.Request(
                    "POST", f"http://127.0.0.1:{port}/v1/evaluations", content=await reader.readexactly(length)
                )
                if not silent:
                    body = town.evaluate(request).encode()
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        except asyncio.IncompleteReadError:
            gone.extend([port] * silent)
            if len(gone) == 20:
                all_gone.set()
        finally:
            writer.close()

    async def run() -> None:
        descriptor = town.deployment.descriptor
        servers, known = [], []
        for office in descriptor.offices:
            silent, port = office.index == 1, int(office.url.rpartition(":")[2])
            answering = partial(serve, port=port, silent=silent)
            server = await asyncio.start_server(answering, "127.0.0.1")
            servers.append(server)
            known.append(replace(office, url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"))
        async with Transport(DeviceKey(bytes(32)), town.clock) as way:
            asked = Offices(way, replace(descriptor, offices=known), descriptor.epoch)
            outputs = {(await asked.evaluate([b"key"], purpose=ENROLMENT, user=bytes(16)))[0] for _ in range(20)}
            assert len(outputs) == 1
            assert asked.warnings == (OfficeWarning("office-slow", NAMES[FIRST]),)
            pool = way._network._pool  # type: ignore[attr-defined] # only the pool knows what is left open
            assert all(connection.is_idle() for connection in pool.connections)
            assert len(pool.connections) <= 4
        await asyncio.wait_for(all_gone.wait(), 10)
        for server in servers:
            server.close()
            await server.wait_closed()

    asyncio.run(run())


def test_what_an_office_says_in_a_refusal_is_not_repeated(department: Department, street: Street) -> None:
    async def chatty(_: httpx2.Request) -> httpx2.Response:
        body = canonical_json({"code": "Müller is listed", "status": 401})
        return httpx2.Response(401, content=body, headers={"Content-Type": MEDIA_TYPE})

    street.conduct = dict.fromkeys(PORTS, chatty)
    answer = ask(department)
    assert isinstance(answer, NoCheck)
    assert answer.reason == "refused"
    assert {warning.code for warning in answer.warnings} == {"refused"}
