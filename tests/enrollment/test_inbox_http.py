"""Sealed reports over HTTP: who may send them, that each is taken once, and what the sender is told."""

import json
import time
from dataclasses import replace

import httpx2
import pytest
from nacl.public import PrivateKey
from nacl.signing import SigningKey

from obacht_enrollment.errors import StoreError
from obacht_enrollment.inbox.store import MAX_REPORTS, MAX_REQUESTS, InboxStore
from obacht_protocol.problems import MEDIA_TYPE as PROBLEM
from obacht_protocol.receipt_numbers import check_receipt_number
from obacht_protocol.reports import PATH, Report, Status
from reporting_site import ORIGIN, REPORT, SECRETS, Desk
from safety_office import Site
from signing import Signer

STRANGER = Signer(ORIGIN, SigningKey(bytes(range(1, 33))))


@pytest.fixture
def desk(empty: Site) -> Desk:
    empty.now = int(time.time())
    made = Desk(empty)
    made.register()
    return made


def code(answer: httpx2.Response) -> str:
    assert answer.headers["content-type"] == PROBLEM
    return str(json.loads(answer.content)["code"])


def receipt(answer: httpx2.Response) -> str:
    assert answer.status_code == 200, answer.text
    return check_receipt_number(Status.parse(answer.content).receipt)


def test_a_report_is_kept_as_it_came_before_it_is_answered(desk: Desk) -> None:
    sealed = desk.seal()
    (answer,) = desk.send(sealed)
    found = desk.inbox.report(1)
    assert found.row.sealed == sealed
    assert found.row.receipt == receipt(answer)
    assert (found.device.department, found.state) == ("Bürgeramt", "received")
    assert Report.open(found.row.sealed, desk.office.keys.report) == REPORT
    assert answer.headers["cache-control"] == "no-store"


def test_nothing_of_it_lies_in_the_database_in_clear(desk: Desk) -> None:
    desk.send(desk.seal())
    stored = desk.site.stored()
    for secret in SECRETS:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "latin-1"):
            assert secret.encode(encoding) not in stored


def test_the_same_bytes_are_taken_once_and_get_the_same_number(desk: Desk) -> None:
    sealed = desk.seal()
    first, again, other = desk.send(sealed, sealed, desk.seal())
    assert receipt(first) == receipt(again) != receipt(other)
    assert len(desk.inbox.reports()) == 2


def test_the_same_bytes_of_another_device_are_another_report(desk: Desk) -> None:
    desk.register(STRANGER, "Jobcenter")
    sealed = desk.seal()
    (mine,), (theirs,) = desk.send(sealed), desk.send(sealed, signer=STRANGER)
    assert receipt(mine) != receipt(theirs)
    assert [found.device.department for found in desk.inbox.reports()] == ["Jobcenter", "Bürgeramt"]


def test_one_that_nobody_can_open_is_taken_too(desk: Desk) -> None:
    sealed = REPORT.seal(bytes(PrivateKey(bytes(31) + b"\1").public_key))
    assert receipt(desk.send(sealed)[0])


@pytest.mark.parametrize("length", [0, 1, 4095, 4097])
def test_another_length_is_no_report(desk: Desk, length: int) -> None:
    (answer,) = desk.send(bytes(length))
    assert (answer.status_code, code(answer)) == (400, "report")
    assert desk.inbox.reports() == []


def test_what_is_too_long_or_of_another_type_is_not_read(desk: Desk) -> None:
    (long,) = desk.send(bytes(17 * 4096))
    assert code(long) == "too-large"
    (other,) = desk.send(desk.seal(), headers={"Content-Type": "application/json"})
    assert code(other) == "media-type"


def test_only_devices_of_the_list_may_report(desk: Desk) -> None:
    sealed = desk.seal()
    (stranger,) = desk.send(sealed, signer=STRANGER)
    assert (stranger.status_code, code(stranger)) == (401, "device")
    desk.devices.revoke(desk.signer.device, desk.site.now)
    (revoked,) = desk.send(sealed)
    assert code(revoked) == "device"
    assert desk.inbox.reports() == []


def test_a_wrong_signature_or_another_body_is_refused(desk: Desk) -> None:
    forged = STRANGER.but(keyid=desk.signer.device)
    assert code(desk.send(desk.seal(), signer=forged)[0]) == "signature"
    elsewhere = desk.signer.but(authority="matcher.town.example")
    assert code(desk.send(desk.seal(), signer=elsewhere)[0]) == "signature"
    assert code(desk.send(desk.seal(), signer=desk.signer.but(skew=-90))[0]) == "signature-time"
    digest = desk.signer.headers("POST", PATH, b"another")["Content-Digest"]
    assert code(desk.send(desk.seal(), headers={"Content-Digest": digest})[0]) == "signature"
    assert desk.inbox.reports() == []


def test_a_replay_is_refused_over_a_restart(desk: Desk) -> None:
    once = desk.signer.but(nonce="AAAAAAAAAAAAAAAAAAAAAA")
    sealed = desk.seal()
    receipt(desk.send(sealed, signer=once)[0])
    assert code(desk.send(sealed, signer=once)[0]) == "replay"
    assert code(desk.look("0000-0000-0000", signer=once)[0]) == "replay"


def test_nonces_are_forgotten_when_no_signature_can_name_them_any_more(desk: Desk) -> None:
    once = desk.signer.but(nonce="AAAAAAAAAAAAAAAAAAAAAA")
    desk.send(desk.seal(), signer=once)
    desk.site.now += 181
    receipt(desk.send(desk.seal(), signer=once.but(skew=181))[0])


def test_a_device_that_sends_too_much_has_to_wait(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_REPORTS[0][0] < MAX_REQUESTS
    monkeypatch.setattr("obacht_enrollment.inbox.store.MAX_REPORTS", ((2, 3_600), (3, 86_400)))
    sealed = desk.seal()
    *_, refused, known = desk.send(sealed, desk.seal(), desk.seal(), sealed)
    assert (refused.status_code, code(refused), refused.headers["retry-after"]) == (429, "reports", "3600")
    assert receipt(known), "what is here already is told all the same"
    desk.site.now += 3600
    later = desk.signer.but(skew=3600)
    answers = desk.send(desk.seal(), desk.seal(), signer=later)
    assert receipt(answers[0])
    assert answers[1].headers["retry-after"] == str(86_400 - 3600)
    desk.register(STRANGER, "Jobcenter")
    assert receipt(desk.send(desk.seal(), signer=STRANGER.but(skew=3600))[0]), "others do not wait for it"


def test_a_device_that_asks_too_often_has_to_wait(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("obacht_enrollment.inbox.store.MAX_REQUESTS", 2)
    *_, refused = desk.look("0000-0000-0000", "0000-0000-0000", "0000-0000-0000")
    assert (code(refused), refused.headers["retry-after"]) == ("reports", "180")


def test_the_sender_alone_is_told_how_far_it_is(desk: Desk) -> None:
    number = receipt(desk.send(desk.seal())[0])
    (answer,) = desk.look(number)
    assert Status.parse(answer.content) == Status(number, "received")
    desk.register(STRANGER, "Jobcenter")
    (theirs,) = desk.look(number, signer=STRANGER)
    unknown, malformed, small = desk.look("0000-0000-0000", "nonsense", number.lower())
    assert {code(theirs), code(unknown), code(malformed), code(small)} == {"not-found"}


def test_a_database_that_fails_is_told_as_such(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise StoreError("database-failed", kind="test")

    monkeypatch.setattr(InboxStore, "take", broken)
    (answer,) = desk.send(desk.seal())
    assert (answer.status_code, code(answer)) == (503, "unavailable")


def test_an_office_that_names_no_address_takes_none(desk: Desk) -> None:
    desk.site.office = replace(desk.office, settings=replace(desk.office.settings, reports=""))
    assert [code(answer) for answer in (*desk.send(desk.seal()), *desk.look("0000-0000-0000"))] == ["not-found"] * 2
