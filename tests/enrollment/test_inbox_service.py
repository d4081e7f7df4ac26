"""What staff do with reports: who may see them, that every look is on record, and that each is decided about once."""

import asyncio
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace

import pytest
from nacl.public import PrivateKey, PublicKey, SealedBox

from obacht_enrollment import drafting
from obacht_enrollment.accounts.roles import Role, User
from obacht_enrollment.checks import checks
from obacht_enrollment.errors import DescriptorDraftError, ForbiddenError, InboxError, SettingsError, VaultError
from obacht_enrollment.inbox import arriving, devices, service
from obacht_enrollment.inbox.outcomes import REJECTIONS, Outcome
from obacht_enrollment.inbox.service import CONTENT_DAYS, ROW_DAYS
from obacht_enrollment.inbox.store import Look
from obacht_enrollment.inbox.words import FAULTS, FIELDS, OUTCOMES, PARTS, SENTENCES, STATES
from obacht_enrollment.keyring import PublicKeys
from obacht_enrollment.office import read_settings
from obacht_enrollment.renewing import Renewer
from obacht_protocol import reports
from obacht_protocol.encoding import base64url
from obacht_protocol.reports import Report, Status
from obacht_service.doctor import CheckError
from obacht_service.signatures import Verified
from postgres import BOTH
from reporting_site import ORIGIN, REPORT, Desk, make_user
from safety_office import AUDITOR, DAY, Site

DATABASES = BOTH


@pytest.fixture
def desk(empty: Site) -> Desk:
    empty.now = int(time.time())
    made = Desk(empty)
    made.register()
    return made


@pytest.fixture
def worker(desk: Desk) -> User:
    return make_user(desk.office, "worker", Role.CASE_WORKER)


@pytest.fixture
def auditor(desk: Desk) -> User:
    return make_user(desk.office, "auditor", Role.AUDITOR)


def receive(desk: Desk, *bodies: bytes) -> list[str]:
    """Let reports come in; give their receipt numbers."""
    return [Status.parse(answer.content).receipt for answer in desk.send(*(bodies or (desk.seal(),)))]


def test_the_list_holds_nothing_of_what_reports_say(desk: Desk, auditor: User) -> None:
    numbers = receive(desk, desk.seal(), desk.seal())
    newest, first = service.entries(desk.office, auditor)
    assert [first.receipt, newest.receipt] == numbers
    assert (first.number, first.department, first.device, first.state) == (1, "Bürgeramt", "Schalter 1", "received")
    assert (first.outcome, first.case, first.decided, first.decided_by) == (Outcome.OPEN, None, 0, None)
    assert "Geheimnis" not in repr([newest, first])


def test_a_report_is_found_by_the_number_that_somebody_reads_out(desk: Desk, auditor: User) -> None:
    first, _ = receive(desk, desk.seal(), desk.seal())
    (found,) = service.entries(desk.office, auditor, first.lower().replace("-", " "))
    assert found.receipt == first
    assert service.entries(desk.office, auditor, "0000-0000-0000") == []
    with pytest.raises(InboxError, match="receipt-number"):
        service.entries(desk.office, auditor, "0000-0000-0001")


def test_a_case_worker_opens_a_report_and_that_is_on_record(desk: Desk, worker: User, auditor: User) -> None:
    receive(desk)
    opened = service.open_report(desk.office, worker, 1, desk.site.now + 5)
    assert opened.report == REPORT
    assert (opened.fault, opened.answer) == ("", "")
    assert "Geheimnis" not in repr(opened)
    service.open_report(desk.office, worker, 1, desk.site.now + 9)
    seen = [Look(worker.id, "worker", desk.site.now + seconds) for seconds in (5, 9)]
    assert service.looks(desk.office, auditor, 1) == seen


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.OPERATOR])
def test_others_open_nothing_and_decide_nothing(desk: Desk, role: Role) -> None:
    receive(desk)
    other = make_user(desk.office, "other", role)
    with pytest.raises(ForbiddenError):
        service.open_report(desk.office, other, 1, desk.site.now)
    with pytest.raises(ForbiddenError):
        service.reject(desk.office, other, 1, desk.site.now, outcome=Outcome.WRONG)
    assert desk.inbox.looks(1) == []


def test_an_operator_does_not_even_see_the_list(desk: Desk) -> None:
    other = make_user(desk.office, "operator", Role.OPERATOR)
    with pytest.raises(ForbiddenError):
        service.entries(desk.office, other)
    with pytest.raises(ForbiddenError):
        service.looks(desk.office, other, 1)


def test_an_approver_reads_and_does_not_decide(desk: Desk) -> None:
    receive(desk)
    approver = make_user(desk.office, "approver", Role.APPROVER)
    assert service.open_report(desk.office, approver, 1, desk.site.now).report == REPORT
    with pytest.raises(ForbiddenError):
        service.reject(desk.office, approver, 1, desk.site.now, outcome=Outcome.WRONG)


def test_one_that_does_not_open_is_shown_as_such_and_can_be_turned_down(desk: Desk, worker: User) -> None:
    stranger = bytes(PrivateKey(bytes(31) + b"\1").public_key)
    own = PublicKeys(desk.office.home).report
    receive(desk, REPORT.seal(stranger), SealedBox(PublicKey(own)).encrypt(bytes(4048)), bytes(4096))
    faults = [service.open_report(desk.office, worker, number, desk.site.now).fault for number in (1, 2, 3)]
    assert faults == ["sealed", "form", "sealed"]
    for number in (1, 2, 3):
        service.reject(desk.office, worker, number, desk.site.now, outcome=Outcome.WRONG, answer="bitte neu senden")
    assert {entry.state for entry in service.entries(desk.office, worker)} == {"done"}


@pytest.mark.parametrize("outcome", sorted(REJECTIONS))
def test_a_report_is_turned_down_once_with_what_to_tell_the_department(
    desk: Desk, worker: User, outcome: Outcome
) -> None:
    (number,) = receive(desk)
    service.reject(desk.office, worker, 1, desk.site.now + 60, outcome=outcome, answer="Fall ist bekannt: Stuhlwurf")
    opened = service.open_report(desk.office, worker, 1, desk.site.now)
    assert opened.answer == "Fall ist bekannt: Stuhlwurf"
    assert (opened.entry.outcome, opened.entry.decided, opened.entry.decided_by) == (
        outcome, desk.site.now + 60, worker.id,
    )  # fmt: skip
    assert Status.parse(desk.look(number)[0].content).state == "done"
    assert b"Stuhlwurf" not in desk.site.stored()
    with pytest.raises(InboxError, match="report-decided"):
        service.reject(desk.office, worker, 1, desk.site.now, outcome=outcome)


def test_what_cannot_be_decided_so_is_refused(desk: Desk, worker: User) -> None:
    receive(desk)
    with pytest.raises(InboxError, match="outcome"):
        service.reject(desk.office, worker, 1, desk.site.now, outcome=Outcome.DRAFT)
    with pytest.raises(InboxError, match="answer-long"):
        service.reject(desk.office, worker, 1, desk.site.now, outcome=Outcome.WRONG, answer="x" * 2001)
    with pytest.raises(InboxError, match="report-unknown"):
        service.reject(desk.office, worker, 2, desk.site.now, outcome=Outcome.WRONG)
    with pytest.raises(InboxError, match="report-unknown"):
        service.open_report(desk.office, worker, 2, desk.site.now)


def test_an_answer_that_was_tampered_with_is_not_shown(desk: Desk, worker: User) -> None:
    receive(desk, desk.seal(), desk.seal())
    for number in (1, 2):
        service.reject(desk.office, worker, number, desk.site.now, outcome=Outcome.WRONG, answer=f"Antwort {number}")
    with desk.office.store.database.writing() as session:
        first, second = (desk.inbox.report(number).row for number in (1, 2))
        first.answer = second.answer
        session.merge(first)
    with pytest.raises(VaultError):
        service.open_report(desk.office, worker, 1, desk.site.now)


def test_what_was_decided_long_ago_is_erased_first_in_part_then_whole(desk: Desk, worker: User) -> None:
    sealed = desk.seal()
    number, _ = receive(desk, sealed, desk.seal())
    begun = desk.site.now
    service.reject(desk.office, worker, 1, begun, outcome=Outcome.REPEATED, answer="bekannt")
    for day, erased in ((CONTENT_DAYS * DAY, 0), (CONTENT_DAYS * DAY + 1, 1), (CONTENT_DAYS * DAY + 1, 0)):
        assert service.has_old(desk.office, begun + day) == bool(erased)
        assert service.erase_old(desk.office, begun + day) == erased
    opened = service.open_report(desk.office, worker, 1, begun)
    assert (opened.report, opened.fault, opened.answer, opened.entry.is_erased) == (None, "erased", "bekannt", True)
    assert sealed not in desk.site.stored() or desk.office.settings.storage is not None
    assert Status.parse(desk.send(sealed)[0].content) == Status(number, "done"), "it is still known"
    assert service.has_old(desk.office, begun + ROW_DAYS * DAY + 1)
    assert service.erase_old(desk.office, begun + ROW_DAYS * DAY + 1) == 1
    assert not service.has_old(desk.office, begun + 2 * ROW_DAYS * DAY), "what is open is never erased"
    (left,) = service.entries(desk.office, worker)
    assert (left.number, left.is_erased) == (2, False)
    assert desk.inbox.looks(1) == []


def test_the_service_erases_what_is_old_by_itself(desk: Desk, worker: User) -> None:
    receive(desk)
    service.reject(desk.office, worker, 1, desk.site.now, outcome=Outcome.WRONG)
    desk.site.now += (CONTENT_DAYS + 1) * DAY

    async def nothing() -> None:
        pass

    async def tick() -> Renewer:
        renewer = Renewer(desk.office, desk.site.outside, desk.site.clock, nothing, nothing)
        await renewer.tick()
        await renewer.settle()
        return renewer

    assert asyncio.run(tick()).retaining.failing == ""
    assert desk.inbox.report(1).is_erased


def test_of_the_same_bytes_sent_at_the_same_time_one_report_is_kept(desk: Desk) -> None:
    sealed = desk.seal()

    def take(_: int) -> str:
        signed = Verified(desk.signer.device, os.urandom(16), desk.site.now, b"", b"", b"")
        return arriving.take(desk.inbox, signed, sealed, desk.site.now).receipt

    with ThreadPoolExecutor(8) as senders:
        receipts = set(senders.map(take, range(16)))
    assert len(receipts) == len(desk.inbox.reports()) == 1


def test_devices_are_added_once_and_revoked_for_good(desk: Desk) -> None:
    known = desk.register()
    assert desk.register().added == known.added
    key = base64url(desk.signer.public_key)
    with pytest.raises(InboxError, match="device-taken"):
        devices.add(desk.devices, "Jobcenter", key, "Schalter", desk.site.now)
    for department, label in (("", "a"), ("a", " "), ("a\nb", "c"), ("a", "x" * 101)):
        with pytest.raises(InboxError, match="device-name"):
            devices.add(desk.devices, department, key, label, desk.site.now)
    with pytest.raises(InboxError, match="device-key"):
        devices.add(desk.devices, "Jobcenter", key[:-1], "Schalter", desk.site.now)
    assert desk.devices.find(known.id) is not None
    assert desk.devices.revoke(known.id, desk.site.now).revoked == desk.site.now
    assert desk.devices.revoke(known.id, desk.site.now + 1).revoked == desk.site.now
    assert desk.devices.find(known.id) is None
    with pytest.raises(InboxError, match="device-revoked"):
        desk.register()
    with pytest.raises(InboxError, match="device-unknown"):
        desk.devices.revoke("unknown", desk.site.now)
    assert [row.id for row in desk.devices.all()] == [known.id]


def test_everything_has_words() -> None:
    assert STATES.keys() == set(reports.STATES)
    assert OUTCOMES.keys() == set(Outcome)
    assert FAULTS.keys() == {"sealed", "form", "erased"}
    parts = {"person": reports.ReportedPerson, "incident": reports.Incident, "ground": reports.Ground}
    named = {field.name for kind in (*parts.values(), reports.Reporter) for field in fields(kind)}
    assert named <= FIELDS.keys()
    assert PARTS.keys() == {*parts, "reporter"} <= {field.name for field in fields(Report)}
    assert all(len(set(both)) == 2 for both in SENTENCES.values())


def test_the_descriptor_says_where_reports_go_and_to_whose_key(empty: Site) -> None:
    office, keys = empty.office, PublicKeys(empty.office.home)
    settings = replace(office.settings, reports=ORIGIN)
    held = empty.servers.ceremony()
    drafted = drafting.draft(settings, keys, held, AUDITOR.verify_key, None, now=empty.now)
    assert (drafted.reports, drafted.report) == (ORIGIN, keys.report)
    drafting.write_draft(office.home, drafted)
    assert drafting.sign(office.home, office.keys).reports == ORIGIN
    assert drafting.draft(office.settings, keys, held, AUDITOR.verify_key, None, now=empty.now).reports == ""
    stranger = bytes(PrivateKey(bytes(31) + b"\1").public_key)
    drafting.write_draft(office.home, replace(drafted, report=stranger))
    with pytest.raises(DescriptorDraftError, match="descriptor-keys"):
        drafting.sign(office.home, office.keys)
    with pytest.raises(SettingsError, match="reports"):
        replace(office.settings, reports="office.example.org")


def test_doctor_tells_where_reports_come_in_and_when_departments_do_not_know(site: Site) -> None:
    def told() -> str:
        looks = {one.name: one.look for one in checks(site.office.home, None, "en", site.clock)}
        return looks["reports"]()

    assert told() == "none are taken"
    settings = site.office.home.path("office.toml")
    settings.write_text(settings.read_text().replace('reports = ""', f'reports = "{ORIGIN}"'))
    with pytest.raises(CheckError, match="departments send them to nobody") as caught:
        told()
    assert caught.value.remedy == "obacht-office descriptor draft"
    site.office = replace(site.office, settings=read_settings(site.office.home))
    site.sign_descriptor()
    Desk(site).register()
    assert told() == f"at {ORIGIN}, devices: 1"
