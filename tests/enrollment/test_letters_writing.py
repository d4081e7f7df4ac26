"""A notice is made of a case in force by those who may, and that they looked is put on record."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from invented_cases import content
from invented_letters import SENDER
from obacht_enrollment import writing
from obacht_enrollment.accounts import users
from obacht_enrollment.accounts.roles import Role, User
from obacht_enrollment.cases import exports, granting, requests, service
from obacht_enrollment.cases.content import Content, Name, Place
from obacht_enrollment.cases.dates import UNKNOWN
from obacht_enrollment.cases.requests import Kind, Outcome
from obacht_enrollment.cases.states import EndReason
from obacht_enrollment.cases.tables import LookRow
from obacht_enrollment.cli.context import Context
from obacht_enrollment.cli.letter import letter
from obacht_enrollment.errors import ForbiddenError, LetterError
from obacht_enrollment.letters.facts import Addressee
from obacht_enrollment.office import Office
from obacht_enrollment.writing import Envelope
from pdf_reading import Document
from reporting_site import make_user
from safety_office import PASSPHRASE, Site

TO = Addressee("Jörg Meyer", ("Jörg Meyer", "Venloer Straße 12", "50825 Köln"))
PASSWORD = "an invented password"
Write = Callable[..., Document]


@pytest.fixture
def office(empty: Site) -> Office:
    """An office that has said who writes its letters."""
    return replace(empty.office, settings=replace(empty.office.settings, letters=replace(SENDER, reference="SiSt")))


@pytest.fixture
def worker(office: Office) -> User:
    return make_user(office, "worker", Role.CASE_WORKER, password=PASSWORD)


@pytest.fixture
def begin(office: Office, empty: Site, worker: User) -> Callable[..., int]:
    """Bring a case as far as it is to be."""
    second = make_user(office, "second", Role.APPROVER)

    def begun(what: Content, *, active: bool = True) -> int:
        number = service.create_draft(office, worker, what, empty.now)
        if active:
            version = service.look(office, worker, number, "Test", empty.now).summary.version
            version = service.submit(office, worker, number, empty.now, version=version).version
            service.approve(office, second, number, empty.now, version=version)
        return number

    return begun


@pytest.fixture
def write(office: Office, empty: Site, worker: User) -> Write:
    def written(number: int, *, represented: bool = False, draft: bool = False) -> Document:
        envelope = Envelope(TO, represented=represented)
        return Document(writing.notice(office, worker, number, empty.now, envelope=envelope, draft=draft))

    return written


def looks(office: Office, number: int) -> int:
    with office.store.database.reading() as session:
        return len(session.scalars(select(LookRow).where(LookRow.case == number)).all())


def test_a_notice_of_a_case_in_force_tells_it_and_the_look_is_on_record(
    office: Office, begin: Callable[..., int], write: Write, worker: User
) -> None:
    number = begin(content())
    before = looks(office, number)
    text = write(number).text
    assert f"SiSt {number}" in text
    assert worker.name in text
    assert "1 Js 1/26" in text
    assert looks(office, number) == before + 1


def test_who_represents_the_person_is_told_whom(begin: Callable[..., int], write: Write) -> None:
    assert "weil Sie Jörg Peter Meyer" in " ".join(write(begin(content()), represented=True).text.split())


def test_a_case_that_is_not_in_force_yet_has_drafts_alone(begin: Callable[..., int], write: Write) -> None:
    number = begin(content(), active=False)
    with pytest.raises(LetterError, match="letter-inactive"):
        write(number)
    assert "Entwurf, nicht zum Versand" in write(number, draft=True).text


def test_a_case_that_is_over_has_no_notice(
    office: Office, empty: Site, begin: Callable[..., int], write: Write, worker: User
) -> None:
    number = begin(content())
    service.end(office, worker, number, empty.now, why=EndReason.GROUND, reason="weggefallen")
    for draft in (False, True):
        with pytest.raises(LetterError, match="letter-inactive"):
            write(number, draft=draft)


def test_an_address_alone_is_nobody_to_write_to(begin: Callable[..., int], write: Write) -> None:
    place = Place("50825", "Venloer Straße", "12", publish=True)
    number = begin(content(name=Name(), birth=UNKNOWN, places=(place,)))
    with pytest.raises(LetterError, match="letter-nobody"):
        write(number)


def test_who_may_not_see_cases_makes_no_letter_and_leaves_no_look(
    office: Office, empty: Site, begin: Callable[..., int]
) -> None:
    number = begin(content())
    before = looks(office, number)
    for role in (Role.AUDITOR, Role.OPERATOR, Role.APPROVER):
        user = make_user(office, role.value, role)
        with pytest.raises(ForbiddenError):
            writing.notice(office, user, number, empty.now, envelope=Envelope(TO))
    assert looks(office, number) == before


def test_no_letter_is_made_while_nobody_has_said_who_writes(
    empty: Site, begin: Callable[..., int], worker: User
) -> None:
    number = begin(content())
    with pytest.raises(LetterError, match="letter-sender"):
        writing.notice(empty.office, worker, number, empty.now, envelope=Envelope(TO))


@pytest.fixture
def run(empty: Site, worker: User, tmp_path: Path) -> Callable[..., Result]:
    home = empty.office.home
    table = "".join(f"{name} = '''{getattr(SENDER, name)}'''\n" for name in SENDER.__slots__)
    home.replace("office.toml", home.read("office.toml") + f"\n[letters]\n{table}".encode())
    for name, secret in (("passphrase", PASSPHRASE.decode()), ("password", PASSWORD)):
        (tmp_path / name).touch(0o600)
        (tmp_path / name).write_text(secret)

    def invoke(*arguments: str) -> Result:
        acting = ["--user", worker.login, "--password-file", str(tmp_path / "password")]
        lock = ["--passphrase-file", str(tmp_path / "passphrase")]
        return CliRunner().invoke(letter, [*arguments, *acting, *lock], obj=Context(home.folder, "de"))

    return invoke


def test_the_command_writes_a_private_file_and_says_no_name(
    run: Callable[..., Result], begin: Callable[..., int], tmp_path: Path
) -> None:
    path = tmp_path / "notice.pdf"
    number = begin(content())
    to = ("--to", "Jörg Meyer", "--to", "50825 Köln")
    done = run("notice", str(number), str(path), *to)
    assert done.exit_code == 0, done.output
    assert "Meyer" not in done.output
    assert path.stat().st_mode & 0o777 == 0o600
    assert "Guten Tag Jörg Meyer," in Document(path.read_bytes()).text
    again = run("notice", str(number), str(path), *to, "--draft", "--english")
    assert again.exit_code == 1
    assert "Guten Tag Jörg Meyer," in Document(path.read_bytes()).text


def test_the_command_fails_in_words(run: Callable[..., Result], begin: Callable[..., int], tmp_path: Path) -> None:
    done = run("notice", str(begin(content(), active=False)), str(tmp_path / "notice.pdf"), "--to", "Jörg Meyer")
    assert done.exit_code == click.ClickException.exit_code
    assert "nicht in Kraft" in done.output
    assert not (tmp_path / "notice.pdf").exists()


def test_the_commands_answer_a_request_and_tell_what_was_decided(
    run: Callable[..., Result], begin: Callable[..., int], worker: User, empty: Site, tmp_path: Path
) -> None:
    office = empty.office
    case, pdf, to = begin(content()), tmp_path / "letter.pdf", ("--to", "Jörg Meyer", "--to", "50825 Köln")
    access, objection = (
        requests.receive(office, worker, kind, "x", empty.now, case=case) for kind in (Kind.ACCESS, Kind.OBJECTION)
    )
    refused = run("answer", str(access), str(pdf), *to)
    assert "zweite Person" in refused.output
    assert not pdf.exists()
    number = exports.ask(office, worker, case, "Antrag", empty.now)
    exports.approve(office, users.find(office, "second"), number, empty.now)
    assert run("answer", str(access), str(tmp_path / "none" / "letter.pdf"), *to).exit_code == 1
    assert exports.find(office, worker, number).read == 0
    done = run("answer", str(access), str(pdf), *to, "--english")
    assert done.exit_code == 0, done.output
    assert "Meyer" not in done.output
    assert pdf.stat().st_mode & 0o777 == 0o600
    assert "what is recorded of you" in " ".join(Document(pdf.read_bytes()).text.split())
    granting.decide(office, worker, objection, empty.now, outcome=Outcome.GRANTED, answer="Ja")
    assert run("decision", str(objection), str(tmp_path / "decision.pdf"), *to).exit_code == 0
    assert "Widerspruch statt" in Document((tmp_path / "decision.pdf").read_bytes()).text
    assert run("ending", str(case), str(tmp_path / "ending.pdf"), *to).exit_code == 0
    assert "Widerspruch stattgegeben" in Document((tmp_path / "ending.pdf").read_bytes()).text
    lifting = run("lifting", str(case), str(tmp_path / "lifting.pdf"), *to, "--from", "31.12.2030")
    assert "Niemand hat vorgeschlagen" in lifting.output
    assert not (tmp_path / "lifting.pdf").exists()
