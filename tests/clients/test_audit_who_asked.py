"""Who asked about one person: found by sound and near birth dates, by two people together, never without a trace."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from auditing import ANNA, BORIS, NAMES, SECOND, Auditor, cheap_locks, department
from log_office import Client
from obacht_clients.audit import keyfile
from obacht_clients.audit.asked import is_about
from obacht_clients.audit.looks import LookLog
from obacht_protocol.checkpoints import Checkpoint
from obacht_protocol.encoding import unbase64url
from obacht_protocol.identity import Address, Person
from obacht_protocol.sketch import POSSIBLE
from town import NOW, person

TYPED = {"family_name": "Müllersohn", "given_names": "Annegret", "birth_date": "07.03.1980"}


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap_locks(monkeypatch)


@pytest.fixture
def auditor(tmp_path: Path) -> Auditor:
    auditor = Auditor(tmp_path, key_offices=[f"http://127.0.0.1:{port}" for port in (8201, 8202)], needed=2)
    (tmp_path / "second").write_text(SECOND, "utf-8")
    keyfile.create(auditor.home / "second.key", "deputy", SECOND)
    return auditor


def ask(auditor: Auditor, typed: dict[str, str], *options: str, reason: str = "Antrag 5/27", **changes: Any) -> Result:
    second = ("--second-passphrase-file", str(auditor.home.parent / "second"))
    arguments = ("who-asked", "--reason", reason, "--stdin-json", *second, *options)
    return auditor.run(*arguments, stdin=json.dumps(typed), **changes)


def found(auditor: Auditor, typed: dict[str, str]) -> list[dict[str, Any]]:
    done = ask(auditor, typed, "--json")
    assert done.exit_code == 0, done.output
    assert not any(name in done.output for name in NAMES)
    questions: list[dict[str, Any]] = json.loads(done.stdout)["questions"]
    return questions


def test_the_questions_about_a_person_are_found_and_nobody_elses(auditor: Auditor, tmp_path: Path) -> None:
    auditor.logs.urgent = True
    with department(auditor, tmp_path / "desk") as desk:
        desk.check(ANNA, purpose="visit", reference="32/12")
        desk.check(BORIS, purpose="visit", reference="other")
        desk.check_list(
            [BORIS, person("Muellersohn", "Annegret", "07.04.1980")], purpose="desk", references=["", "9"], urgent="Not"
        )
    told = found(auditor, TYPED)
    told.sort(key=lambda one: str(one["purpose"]))
    assert [(one["department"], one["purpose"], one["reference"], one["urgent"]) for one in told] == [
        ("Bürgeramt", "desk", "9", True), ("Bürgeramt", "visit", "32/12", False)
    ]  # fmt: skip
    assert told[1]["offices"] == ["Key office 1", "Key office 2"], "one question, on two logs"
    assert found(auditor, TYPED | {"given_names": "Ganzanders", "family_name": "Niemand"}) == []


def test_the_look_is_on_record_by_two_and_says_nothing_about_whom(auditor: Auditor, tmp_path: Path) -> None:
    with department(auditor, tmp_path / "desk") as desk:
        desk.check(ANNA, purpose="visit")
    done = ask(auditor, TYPED)
    assert done.exit_code == 0, done.output
    (line,) = LookLog(auditor.home, auditor.root.verify_key).read().lines
    assert (line["reason"], line["found"], line["keys"]) == ("Antrag 5/27", 1, ["test-town/auditor", "deputy"])
    assert len(unbase64url(line["who"], 32)) == 32
    note = (auditor.home / "looks.checkpoint").read_bytes()
    for key in (auditor.root.verify_key, keyfile.public_half(auditor.home / "second.key")):
        assert Checkpoint.parse(note).origin == "test-town/auditor"
        assert key.name in note.decode()
    assert not any(name in (auditor.home / "looks.log").read_text("utf-8") for name in NAMES)
    shown = auditor.run("looks", secret=False).output
    assert "Einsicht, Grund: Antrag 5/27; gefunden: 1; Schlüssel: test-town/auditor, deputy" in shown


def test_the_look_is_on_record_before_anything_is_shown(
    auditor: Auditor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with department(auditor, tmp_path / "desk") as desk:
        desk.check(ANNA, purpose="visit", reference="geheim/1")

    def broken(*_: object) -> None:
        raise OSError

    monkeypatch.setattr("obacht_clients.audit.looks.os.fsync", broken)
    done = ask(auditor, TYPED)
    assert done.exit_code == 1
    assert "eigene Protokoll" in done.output
    assert "geheim/1" not in done.output


@pytest.mark.parametrize("case", ["wrong", "missing", "same", "first"])
def test_without_the_second_person_nobody_looks(auditor: Auditor, case: str) -> None:
    second = auditor.home / "second.key"
    match case:
        case "wrong":
            (auditor.home.parent / "second").write_text("wrong horse battery", "utf-8")
        case "missing":
            second.unlink()
        case "same":
            second.write_bytes((auditor.home / "auditor.key").read_bytes())
            (auditor.home.parent / "second").write_bytes(auditor.secret.read_bytes())
        case _:
            auditor.secret.write_text("wrong horse battery", "utf-8")
    auditor.town.requests.clear()
    assert ask(auditor, TYPED).exit_code == 1
    assert auditor.town.requests == []
    assert not (auditor.home / "looks.log").exists()


def test_a_look_needs_a_reason_and_somebody(auditor: Auditor) -> None:
    assert ask(auditor, TYPED, reason="  ").exit_code == 1
    assert auditor.run("who-asked").exit_code == 2
    assert ask(auditor, {}).exit_code == 2
    refused = ask(auditor, TYPED | {"birth_date": "99.99.1980"})
    assert refused.exit_code == 3
    assert "Geburtsdatum" in refused.output
    assert not (auditor.home / "looks.log").exists()


def test_an_address_is_found_too(auditor: Auditor, tmp_path: Path) -> None:
    with department(auditor, tmp_path / "desk") as desk:
        desk.check(Address("50667", "Venloer Straße", "12"), purpose="visit")
        desk.check(Address("50667", "Venloer Straße", "14"), purpose="visit")
    typed = {"postcode": "50667", "street": "Venloer Str.", "house_number": "12"}
    assert len(found(auditor, typed)) == 1


def test_a_log_that_is_not_right_is_said_to_be_so(auditor: Auditor, tmp_path: Path) -> None:
    with department(auditor, tmp_path / "desk") as desk:
        desk.check(ANNA, purpose="visit")
    auditor.logs.logs[8201].change(1, department="x")
    done = ask(auditor, TYPED)
    assert done.exit_code == 1
    assert "Key office 1: Das Protokoll ist nicht in Ordnung" in done.output
    assert "Gefundene Anfragen: 1" in done.output
    auditor.logs.logs[8202].readers.clear()
    auditor.logs.logs[8201].key = replace(auditor.logs.logs[8201].key, seed=bytes(32))
    done = ask(auditor, TYPED)
    assert "Key office 2: nicht geprüft" in done.output
    assert "Gefundene Anfragen: 0" in done.output
    assert len(LookLog(auditor.home, auditor.root.verify_key).read().lines) == 2, "a failed look is a look"


def test_a_lie_about_somebody_is_found_by_what_was_sealed(auditor: Auditor) -> None:
    elements, _ = auditor.client.part(BORIS)
    auditor.ask((elements, auditor.client.part(ANNA)[1]))
    done = ask(auditor, TYPED)
    assert done.exit_code == 1, "the log has faults"
    assert "Gefundene Anfragen: 0" in done.output
    assert "die auf diese Person lauten, aber NICHT zur Anfrage passen: 1. Sie belegen nicht" in done.output
    assert "PASST NICHT: Gefragt wurde nach jemand anderem als im Beleg steht." in done.output
    told = json.loads(ask(auditor, TYPED, "--json").stdout)
    assert told["questions"] == []
    assert [(one["purpose"], one["fault"]) for one in told["unfit"]] == [("visit", "elements")]


def test_what_no_device_signed_is_no_question(auditor: Auditor) -> None:
    auditor.ask(auditor.client.part(ANNA))
    auditor.log.change(0, rehash=True, signature=bytes(64))
    told = json.loads(ask(auditor, TYPED, "--json").stdout)
    assert (told["questions"], [one["fault"] for one in told["unfit"]]) == ([], ["signature"])


def test_one_id_with_two_stories_is_two_questions(auditor: Auditor) -> None:
    """A client may tell every office something else; what one of them logged must not hide what another did."""
    clients = [Client(log) for log in auditor.logs.logs.values()]
    for client, reference in zip(clients, ("32/12", "9"), strict=True):
        auditor.ask(client.part(ANNA, reference=reference), client=client)
    told = found(auditor, TYPED)
    assert sorted((one["reference"], one["offices"]) for one in told) == [
        ("32/12", ["Key office 1"]), ("9", ["Key office 2"])
    ]  # fmt: skip


def test_what_could_not_be_searched_is_said(auditor: Auditor, tmp_path: Path) -> None:
    with department(auditor, tmp_path / "desk") as desk:
        desk.check(ANNA, purpose="visit")
    auditor.logs.logs[8202].data[0] = b""
    assert "Nicht durchsucht" not in ask(auditor, TYPED).output
    assert auditor.run("keys", "destroy", "--before", "2027-02").exit_code == 0
    done = ask(auditor, TYPED)
    assert done.exit_code == 0, done.output
    assert "Gefundene Anfragen: 0" in done.output
    assert "Nicht durchsucht, weil die Schlüssel dieser Monate vernichtet sind: 2026-12, 2027-01" in done.output
    assert "Key office 2: In 1 Einträgen wurde nicht gesucht, weil ihre Einzelheiten gelöscht sind." in done.output
    told = json.loads(ask(auditor, TYPED, "--json").stdout)
    assert told["destroyed_months"] == ["2026-12", "2027-01"]
    assert told["deleted"] == [{"office": "Key office 2", "entries": 1}]


def test_offline_it_looks_into_what_was_saved(auditor: Auditor, tmp_path: Path) -> None:
    with department(auditor, tmp_path / "desk") as desk:
        desk.check(ANNA, purpose="visit")
    assert auditor.run("receipts", "--save", str(tmp_path / "saved")).exit_code == 0
    auditor.town.instead = {"/v1/": lambda _: pytest.fail("somebody was asked")}
    assert "Gefundene Anfragen: 1" in ask(auditor, TYPED, "--from", str(tmp_path / "saved")).output


DAY = "14.05.1971"


@pytest.mark.parametrize(
    ("asked", "sought", "about"),
    [
        (person("Maier", "Jörg", "14.05.1971"), person("Meyer", "Jörg Peter", DAY), True),
        (person("Meier", "Jörg", "14.06.1971"), person("Meyer", "Jörg", DAY), True),
        (person("Meyer", "Jörg", "05.01.1971"), person("Meyer", "Jörg", "01.05.1971"), True),
        (person("Jörg", "Meyer", DAY), person("Meyer", "Jörg", DAY), True),
        (person("Meyer", "Johannes", DAY), person("Meyer", "Hans", DAY), True),
        (Person("Meyer", "Jörg", 1971), person("Meyer", "Jörg", DAY), True),
        (person("Meyer", "Sabine", "03.09.1971"), person("Meyer", "Jörg", DAY), False),
        (person("Schmidt", "Jörg", DAY), person("Meyer", "Jörg", DAY), False),
        (person("Meyer", "Jörg", "14.05.1982"), person("Meyer", "Jörg", DAY), False),
        (Address("50667", "Domplatz", "1"), person("Meyer", "Jörg", DAY), False),
        (Address("50667", "Domplatz", "12"), Address("50667", "Domplatz", "10-14"), True),
        (Address("50667", "Domplatz", "16"), Address("50667", "Domplatz", "10-14"), False),
        (Address("50667", "Domplatz", "1"), Address("50667", "Domplatz", "1-99"), False),
    ],
    ids=map(str, range(13)),
)
def test_who_may_be_meant(asked: Person | Address, sought: Person | Address, about: bool) -> None:  # noqa: FBT001 - a table
    assert is_about(asked, sought, POSSIBLE) is about


def test_at_the_terminal_everything_is_asked_for(auditor: Auditor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("obacht_clients.cli.audit_who_asked.is_interactive", lambda: True)
    answers = ["Müllersohn", "Annegret", "07.03.1980", "", "correct horse battery", SECOND, ""]
    done = auditor.run("who-asked", "--reason", "Antrag", secret=False, stdin="\n".join(answers))
    assert done.exit_code == 0, done.output
    assert "Gefundene Anfragen: 0" in done.output
    assert auditor.now == NOW
