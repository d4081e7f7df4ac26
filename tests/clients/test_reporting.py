"""Reports from a department: sealed at once, sent once, and nothing of them in clear on the disk."""

import asyncio
import hashlib
import os
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import httpx2
import pytest
from nacl.public import PrivateKey

from obacht_clients.errors import HomeError, ReportingError, TransportError, TrustError
from obacht_clients.reporting import Kept, Reporting
from obacht_protocol.receipt_numbers import make_receipt_number
from obacht_protocol.reports import (
    MEDIA_TYPE,
    Ground,
    Incident,
    Report,
    ReportedPerson,
    Reporter,
    Status,
    check_sealed,
)
from town import NOW, Town, make_home, make_town, problem, reply

KEY = PrivateKey(bytes(31) + b"\7")
OFFICE = "http://127.0.0.1:8300"
REPORT = Report(
    ReportedPerson("Geheimnis", "Gerda", birth_date="1971", street="Verborgenstraße"),
    Incident("2026-11-03T14:30", "Schalter", "threat", "Sie warf einen Stuhl."),
    Reporter("Bürgeramt", "Melderin", "0221 1234"),
    NOW,
    Ground("complaint", "1 Js 12/26"),
)
_T = TypeVar("_T")


@dataclass
class Desk:
    """The office's end of the line: it opens what comes, and takes the same bytes once."""

    numbers: dict[bytes, str] = field(default_factory=dict)
    opened: list[Report] = field(default_factory=list)
    lost: int = 0

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET":
            return self.look(request.url.path.rpartition("/")[2])
        assert request.headers["content-type"] == MEDIA_TYPE
        assert "signature" in request.headers
        sealed = check_sealed(request.read())
        digest = hashlib.sha256(sealed).digest()
        if digest not in self.numbers:
            self.opened.append(Report.open(sealed, bytes(KEY)))
            self.numbers[digest] = make_receipt_number(os.urandom(7))
        if self.lost:
            self.lost -= 1
            raise httpx2.ReadTimeout("lost", request=request)
        return reply(Status(self.numbers[digest], "received").encode())

    def look(self, number: str) -> httpx2.Response:
        return reply(Status(number, "in-work").encode()) if number in self.numbers.values() else problem("not-found")


@pytest.fixture
def town() -> Town:
    return make_town(report=bytes(KEY.public_key), reports=OFFICE)


@pytest.fixture
def desk(town: Town) -> Desk:
    made = Desk()
    town.instead["/v1/reports"] = made.answer
    return made


@pytest.fixture
def home(town: Town, tmp_path: Path) -> Path:
    return make_home(town, tmp_path / "home")


def work(town: Town, home: Path, task: Callable[[Reporting], Awaitable[_T]]) -> _T:
    async def walk() -> _T:
        async with Reporting(home, clock=town.clock, network=town.network) as reporting:
            return await task(reporting)

    return asyncio.run(walk())


def send(town: Town, home: Path) -> Status | Kept:
    async def task(reporting: Reporting) -> Status | Kept:
        await reporting.prepare()
        return await reporting.send(REPORT)

    return work(town, home, task)


def send_waiting(town: Town, home: Path) -> list[Status | Kept]:
    return work(town, home, lambda reporting: reporting.send_waiting())


def unreachable(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("down", request=request)


def stored(home: Path) -> bytes:
    return b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_the_office_alone_reads_it_and_gives_a_number(town: Town, home: Path, desk: Desk) -> None:
    sent = send(town, home)
    assert isinstance(sent, Status)
    assert desk.opened == [REPORT]
    assert [*desk.numbers.values()] == [sent.receipt]
    assert not [*(home / "reports").iterdir()]
    wire = b"".join(request.read() + str(request.url).encode() for request in town.requests)
    for secret in (b"Geheimnis", b"Verborgen", b"Stuhl", b"Melderin", b"Js 12"):
        assert secret not in wire


def test_without_a_network_it_lies_sealed_until_it_is_sent(town: Town, home: Path, desk: Desk) -> None:
    town.instead["/"] = unreachable
    town.instead = dict(reversed(town.instead.items()))
    kept = send(town, home)
    assert kept == Kept("unreachable")
    assert desk.numbers == {}
    (file,) = (home / "reports").iterdir()
    if os.name == "posix":
        assert file.stat().st_mode & 0o077 == 0
    everything = stored(home)
    for secret in ("Geheimnis", "Gerda", "Verborgen", "Stuhl", "Melderin", "Js 12"):
        for encoding in ("utf-8", "utf-16-le", "utf-32-le"):
            assert secret.encode(encoding) not in everything
    assert send_waiting(town, home) == [kept]
    del town.instead["/"]
    (sent,) = send_waiting(town, home)
    assert isinstance(sent, Status)
    assert desk.opened == [REPORT]
    assert send_waiting(town, home) == []


def test_a_lost_answer_makes_no_second_report(town: Town, home: Path, desk: Desk) -> None:
    desk.lost = 1
    assert send(town, home) == Kept("timeout")
    (sent,) = send_waiting(town, home)
    assert isinstance(sent, Status)
    assert [*desk.numbers.values()] == [sent.receipt]
    assert desk.opened == [REPORT]


def test_two_reports_of_the_same_words_are_two(town: Town, home: Path, desk: Desk) -> None:
    first, second = send(town, home), send(town, home)
    assert first != second
    assert len(desk.opened) == 2


@pytest.mark.parametrize("code", ["device", "reports", "unavailable"])
def test_a_refused_report_waits(town: Town, home: Path, code: str) -> None:
    town.instead["/v1/reports"] = lambda _: problem(code)
    assert send(town, home) == Kept(f"refused-{code}")
    assert work(town, home, _counted) == 1


async def _counted(reporting: Reporting) -> int:
    return reporting.waiting()


@pytest.mark.parametrize("body", [b"", b"{}", Status("0000-0000-0000", "lost").encode()])
def test_a_malformed_answer_is_no_receipt(town: Town, home: Path, body: bytes) -> None:
    town.instead["/v1/reports"] = lambda _: reply(body)
    assert send(town, home) == Kept("report-answer")
    with pytest.raises(ReportingError, match="report-answer"):
        work(town, home, lambda reporting: reporting.status("0000-0000-0000"))


def test_one_that_cannot_be_sent_does_not_hold_up_the_others(town: Town, home: Path, desk: Desk) -> None:
    town.instead["/v1/reports"] = lambda _: problem("unavailable")
    send(town, home)
    send(town, home)
    calls = iter([problem("unavailable")])
    town.instead["/v1/reports"] = lambda request: next(calls, None) or desk.answer(request)
    assert all(re.fullmatch(rf"00{NOW}-[0-9a-f]{{16}}\.sealed", path.name) for path in (home / "reports").iterdir())
    first, second = send_waiting(town, home)
    assert first == Kept("refused-unavailable")
    assert isinstance(second, Status)


def test_what_another_process_has_sent_meanwhile_is_passed_over(
    town: Town, home: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.lost = 1
    send(town, home)
    seen = [*(home / "reports").iterdir()]
    send_waiting(town, home)
    monkeypatch.setattr("obacht_clients.waiting.Waiting.all", lambda _: seen)
    assert send_waiting(town, home) == []


def test_a_deployment_without_an_address_for_reports_takes_none(tmp_path: Path) -> None:
    town = make_town(report=bytes(KEY.public_key))
    home = make_home(town, tmp_path / "home")
    with pytest.raises(ReportingError, match="no-reports"):
        send(town, home)
    assert not (home / "reports").exists()


def test_a_newer_descriptor_is_fetched_before_anything_is_sealed(town: Town, home: Path, desk: Desk) -> None:
    newer = PrivateKey(bytes(31) + b"\x09")
    town.deployment = town.deployment.revised(report=bytes(newer.public_key), issued=NOW)
    town.note = town.deployment.note()
    town.publish()
    town.instead["/v1/reports"] = lambda request: reply(
        Status("0000-0000-0000", "received" if Report.open(request.read(), bytes(newer)) == REPORT else "").encode()
    )
    assert isinstance(send(town, home), Status)
    assert not desk.opened


def test_by_an_expired_descriptor_nothing_is_sealed(town: Town, home: Path) -> None:
    town.now += 31 * 24 * 3600
    with pytest.raises(TrustError, match="descriptor-expired"):
        send(town, home)


def test_a_key_that_is_none_seals_nothing(tmp_path: Path) -> None:
    town = make_town(report=bytes(32), reports=OFFICE)
    with pytest.raises(TrustError, match="descriptor-form"):
        send(town, make_home(town, tmp_path / "home"))


@pytest.mark.usefixtures("desk")
def test_the_state_of_an_own_report_is_told(town: Town, home: Path) -> None:
    sent = send(town, home)
    assert isinstance(sent, Status)
    assert work(town, home, lambda reporting: reporting.status(sent.receipt)).state == "in-work"
    assert re.fullmatch(r"/v1/reports/[0-9A-Z-]{14}", town.requests[-1].url.path)
    with pytest.raises(TransportError, match="refused-not-found"):
        work(town, home, lambda reporting: reporting.status("0000-0000-0000"))


def test_a_full_disk_is_told_and_nothing_is_sent(
    town: Town, home: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError

    monkeypatch.setattr("obacht_clients.waiting.os.fsync", full)
    with pytest.raises(HomeError, match="home-full"):
        send(town, home)
    assert not desk.numbers
    assert send_waiting(town, home) == []


def test_a_folder_that_cannot_be_read_or_written_is_told(town: Town, home: Path) -> None:
    town.instead["/v1/reports"] = lambda _: problem("unavailable")
    send(town, home)
    (file,) = (home / "reports").iterdir()
    file.unlink()
    file.mkdir()
    with pytest.raises(HomeError, match="home-broken"):
        send_waiting(town, home)
    with pytest.raises(HomeError, match="home-full"):
        work(town, home, lambda reporting: _removed(reporting, file))


async def _removed(reporting: Reporting, file: Path) -> None:
    reporting._waiting.remove(file)


def test_a_client_that_is_not_set_up_says_so(tmp_path: Path) -> None:
    with pytest.raises(HomeError, match="home-missing"):
        Reporting(tmp_path)


def test_a_client_without_its_key_says_so(home: Path) -> None:
    (home / "device.key").unlink()
    with pytest.raises(HomeError, match="device-key"):
        Reporting(home)
