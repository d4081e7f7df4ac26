"""Every question carries a receipt that only the auditor opens, and nothing is asked where none can be made."""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from click.testing import CliRunner, Result
from nacl.public import PrivateKey

from obacht_clients.answers import NoCheck, NoEntry
from obacht_clients.cli.commands import obacht
from obacht_clients.cli.console import Console
from obacht_clients.department import Department
from obacht_protocol.descriptor import ReceiptKey
from obacht_protocol.encoding import canonical_json
from obacht_protocol.errors import IdentityError
from obacht_protocol.identity import Address, Person
from obacht_protocol.messages import EvaluationRequest
from obacht_protocol.problems import MEDIA_TYPE
from obacht_protocol.receipts import Receipt
from town import NOW, Town, make_department, make_home, make_town, person, problem

ANNA = person("Müller", "Anna", "07.03.1980")
PLACE = Address("50667", "Domplatz", "12a")
KEY = PrivateKey(bytes(range(32)))
MONTH = ReceiptKey("2027-01", bytes(KEY.public_key))
BEFORE = ReceiptKey("2026-12", bytes(PrivateKey(bytes(32)).public_key))


def town_with(*keys: ReceiptKey, **changes: Any) -> Town:
    return make_town(receipts=list(keys), **changes)


def questions(town: Town) -> list[EvaluationRequest]:
    return [EvaluationRequest.parse(asked.content) for asked in town.requests if asked.url.path == "/v1/evaluations"]


def opened(question: EvaluationRequest, place: int = 0) -> Receipt:
    """Open a receipt and check that it is about its elements."""
    receipt = Receipt.open(question.receipts[place], bytes(KEY))
    receipt.check(question.elements[4 * place : 4 * place + 4], "test-town")
    said = (receipt.question, receipt.epoch, receipt.purpose, receipt.user, receipt.time)
    assert said == (question.question, question.epoch, question.purpose, question.user, NOW)
    return receipt


@pytest.mark.parametrize("subject", [ANNA, PLACE, Person("Otto", "Otto", 1950)], ids=["person", "address", "dummies"])
def test_the_auditor_finds_in_a_receipt_who_was_asked_about(tmp_path: Path, subject: Person | Address) -> None:
    town = town_with(BEFORE, MONTH)
    with make_department(town, tmp_path) as department:
        assert department.check(subject, purpose="visit", reference="32/12 ß", user="k") == NoEntry()
    canary, question = questions(town)
    receipt = opened(question)
    assert (receipt.subject, receipt.reference, receipt.reason) == (subject, "32/12 ß", "")
    assert not question.urgent
    assert opened(canary).subject == person("Prüfstein", "Kanaria", "02.01.1970"), "the canary has its receipt too"


def test_everybody_of_a_list_has_a_receipt_with_the_own_reference(tmp_path: Path) -> None:
    town = town_with(MONTH)
    with make_department(town, tmp_path) as department:
        department.check_list([ANNA, PLACE], purpose="visit", references=["A 1", "B 2"], urgent="Drohung am Telefon")
    question = questions(town)[-1]
    assert [opened(question, place).reference for place in range(2)] == ["A 1", "B 2"]
    assert [opened(question, place).subject for place in range(2)] == [ANNA, PLACE]
    assert {opened(question, place).reason for place in range(2)} == {"Drohung am Telefon"}
    assert question.urgent


def test_without_receipt_keys_there_are_no_receipts(tmp_path: Path) -> None:
    town = town_with()
    with make_department(town, tmp_path) as department:
        assert department.check(ANNA, purpose="visit") == NoEntry()
    assert [question.receipts for question in questions(town)] == [(), ()]


def test_without_a_key_for_this_month_nothing_is_asked(tmp_path: Path) -> None:
    town = town_with(BEFORE)
    with make_department(town, tmp_path) as department:
        answer = department.check(ANNA, purpose="visit")
    assert isinstance(answer, NoCheck)
    assert answer.reason == "receipt-key"
    assert questions(town) == []


def test_the_month_is_that_of_utc(tmp_path: Path) -> None:
    last_second = int(dt.datetime(2027, 1, 31, 23, 59, 59, tzinfo=dt.UTC).timestamp())
    town = town_with(MONTH, now=last_second)
    with make_department(town, tmp_path) as department:
        assert department.check(ANNA, purpose="visit") == NoEntry()
        town.now += 1
        answer = department.check(ANNA, purpose="visit")
    assert isinstance(answer, NoCheck)
    assert answer.reason == "receipt-key"


@pytest.mark.parametrize(
    ("field", "code", "subject", "changes"),
    [
        ("reference", "too_long", ANNA, {"reference": "x" * 101}),
        ("reason", "too_long", ANNA, {"urgent": "x" * 201}),
        ("family_name", "together", Person("Ü" * 200, "Ö" * 200, 1950, "Ä" * 200), {}),
        ("street", "together", Address("50667", "ß" * 200, "1"), {"reference": "€" * 100, "urgent": "€" * 200}),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_asked(
    tmp_path: Path, field: str, code: str, subject: Person | Address, changes: dict[str, str]
) -> None:
    town = town_with(MONTH)
    with make_department(town, tmp_path) as department:
        department.check(ANNA, purpose="visit")
        before = len(questions(town))
        with pytest.raises(IdentityError) as refused:
            department.check(subject, purpose="visit", **changes)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert len(questions(town)) == before


def test_references_must_be_as_many_as_subjects(tmp_path: Path) -> None:
    town = town_with(MONTH)
    with make_department(town, tmp_path) as department, pytest.raises(ValueError, match="zip"):
        department.check_list([ANNA, PLACE], purpose="visit", references=["A 1"])
    assert town.requests == []


def lost_once(town: Town, answer: Callable[[httpx2.Request], httpx2.Response]) -> Callable[[], None]:
    """Lose the first answer of every office."""

    def again() -> None:
        first: set[int | None] = set()

        def lose(request: httpx2.Request) -> httpx2.Response:
            if request.url.port in first:
                return town.truth(request)
            first.add(request.url.port)
            return answer(request)

        town.instead = {"/v1/evaluations": lose}

    return again


def timing_out(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ReadTimeout("late", request=request)


@pytest.mark.parametrize(
    "answer",
    [timing_out, lambda _: problem("unavailable"), lambda _: problem("internal"), lambda _: httpx2.Response(502)],
    ids=["late", "503", "500", "502"],
)
def test_a_lost_answer_is_asked_for_again_under_the_same_id(
    tmp_path: Path, answer: Callable[[httpx2.Request], httpx2.Response]
) -> None:
    town = town_with(MONTH)
    with make_department(town, tmp_path) as department:
        department.check(ANNA, purpose="visit")
        town.requests.clear()
        lost_once(town, answer)()
        found = department.check(ANNA, purpose="visit")
    assert replace_warnings(found) == NoEntry()
    bodies = [asked.content for asked in town.requests if asked.url.path == "/v1/evaluations"]
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]


def replace_warnings(answer: object) -> object:
    assert isinstance(answer, NoEntry)
    return replace(answer, warnings=())


def test_an_office_is_asked_again_only_where_no_other_is_left(tmp_path: Path) -> None:
    offices = [f"http://127.0.0.1:{port}" for port in (8201, 8202, 8203)]
    town = town_with(MONTH, key_offices=offices, needed=2)
    with make_department(town, tmp_path) as department:
        department.check(ANNA, purpose="visit")
        town.requests.clear()
        lost_once(town, timing_out)()
        found = department.check(ANNA, purpose="visit")
    asked = [request.url.port for request in town.requests if request.url.path == "/v1/evaluations"]
    assert replace_warnings(found) == NoEntry()
    assert len(set(asked[:3])) == 3, "each of the others before any of them again"
    assert len(asked) <= 6
    assert len({question.question for question in questions(town)}) == 1


def test_a_refusal_is_not_asked_again(tmp_path: Path) -> None:
    town = town_with(MONTH)
    with make_department(town, tmp_path) as department:
        department.check(ANNA, purpose="visit")
        town.requests.clear()
        town.instead = {"/v1/evaluations": lambda _: problem("question-used")}
        answer = department.check(ANNA, purpose="visit")
    assert isinstance(answer, NoCheck)
    assert answer.reason == "refused-question-used"
    assert len(questions(town)) == 1


def over_quota(_: httpx2.Request) -> httpx2.Response:
    body = canonical_json({"code": "quota", "status": 429})
    return httpx2.Response(429, content=body, headers={"Content-Type": MEDIA_TYPE, "Retry-After": "600"})


def test_a_server_that_is_out_of_order_promises_nothing(tmp_path: Path) -> None:
    town = town_with(MONTH)

    def out_of_order(_: httpx2.Request) -> httpx2.Response:
        answer = problem("unavailable")
        answer.headers["Retry-After"] = "1"
        return answer

    town.instead = {"/v1/evaluations": out_of_order}
    with make_department(town, tmp_path) as department:
        answer = department.check(ANNA, purpose="visit")
    assert isinstance(answer, NoCheck)
    assert (answer.reason, answer.again) == ("refused-unavailable", None)


def test_an_office_over_quota_has_done_its_part(tmp_path: Path) -> None:
    town = town_with(MONTH)
    town.instead = {"/v1/evaluations": over_quota}
    with make_department(town, tmp_path) as department:
        assert department.check(ANNA, purpose="visit").warnings == ()


def invoke(town: Town, home: Path, *arguments: str, typed: dict[str, str] | None = None) -> Result:
    console = Console(home=home, clock=town.clock, network=town.network)
    stdin = "" if typed is None else json.dumps(typed)
    return CliRunner().invoke(obacht, list(arguments), input=stdin, obj=console)


TYPED = {"family_name": "Müller", "given_names": "Anna", "birth_date": "07.03.1980", "purpose": "visit"}


def test_over_quota_the_time_of_the_next_free_slot_is_said(tmp_path: Path) -> None:
    town = town_with(MONTH)
    home = make_home(town, tmp_path)
    town.instead = {"/v1/evaluations": over_quota}
    told = json.loads(invoke(town, home, "check", "--stdin-json", "--json", typed=TYPED).stdout)
    assert (told["reason"], told["again"]) == ("refused-quota", NOW + 600)
    moment = dt.datetime.fromtimestamp(NOW + 659).astimezone()
    assert f"Wieder möglich ab {moment:%d.%m.%Y}, {moment:%H:%M} Uhr." in told["text"]


def test_the_latest_of_several_offices_says_when(tmp_path: Path) -> None:
    offices = [f"http://127.0.0.1:{port}" for port in (8201, 8202)]
    town = town_with(MONTH, key_offices=offices, needed=2)

    def refuse(request: httpx2.Request) -> httpx2.Response:
        answer = over_quota(request)
        answer.headers["Retry-After"] = "30" if request.url.port == 8201 else "90"
        return answer

    town.instead = {"/v1/evaluations": refuse}
    with make_department(town, tmp_path) as department:
        answers = {department.check(ANNA, purpose="visit") for _ in range(5)}
    assert {answer.again for answer in answers if isinstance(answer, NoCheck)} == {NOW + 90}


def test_the_command_asks_urgently_with_a_reason_and_a_reference(tmp_path: Path) -> None:
    town = town_with(MONTH)
    home = make_home(town, tmp_path)
    done = invoke(town, home, "check", "--stdin-json", "--urgent", " Notlage ", "--reference", "7", typed=TYPED)
    assert done.exit_code == 0, done.output
    receipt = opened(questions(town)[-1])
    assert (receipt.reason, receipt.reference) == ("Notlage", "7")
    typed = TYPED | {"urgent": "Gefahr"}
    assert invoke(town, home, "check", "--stdin-json", typed=typed).exit_code == 0
    assert opened(questions(town)[-1]).reason == "Gefahr"


@pytest.mark.parametrize("reason", ["", "  "])
def test_urgent_without_a_reason_is_not_asked(tmp_path: Path, reason: str) -> None:
    town = town_with(MONTH)
    home = make_home(town, tmp_path)
    done = invoke(town, home, "check", "--stdin-json", "--urgent", reason, typed=TYPED)
    assert done.exit_code == 2
    assert "Begründung" in done.output
    (tmp_path / "round.csv").write_text("PLZ;Straße;Hausnummer\n50667;Domplatz;1\n", "utf-8")
    assert invoke(town, home, "check-list", str(tmp_path / "round.csv"), "--urgent", reason).exit_code == 2
    assert town.requests == []


def test_a_list_takes_references_from_its_lines_or_for_all(tmp_path: Path) -> None:
    town = town_with(MONTH)
    home = make_home(town, tmp_path)
    file = tmp_path / "round.csv"
    file.write_text("PLZ;Straße;Hausnummer;Aktenzeichen\n50667;Domplatz;1;A 1\n50667;Domplatz;2;\n", "utf-8")
    options = ("--purpose", "visit", "--reference", "Runde 7", "--urgent", "Drohung")
    done = invoke(town, home, "check-list", str(file), *options)
    assert done.exit_code == 0, done.output
    question = questions(town)[-1]
    assert [opened(question, place).reference for place in range(2)] == ["A 1", "Runde 7"]
    assert opened(question).reason == "Drohung"


def test_what_is_too_long_is_said_in_words(tmp_path: Path) -> None:
    town = town_with(MONTH)
    home = make_home(town, tmp_path)
    done = invoke(town, home, "check", "--stdin-json", "--reference", "x" * 101, typed=TYPED)
    assert done.exit_code == 3
    assert "Aktenzeichen: Das ist zu lang (höchstens 100 Zeichen)." in done.output
    file = tmp_path / "round.csv"
    file.write_text(f"PLZ;Straße;Hausnummer;Aktenzeichen\n50667;Domplatz;1;{'x' * 101}\n", "utf-8")
    done = invoke(town, home, "check-list", str(file), "--purpose", "visit")
    assert done.exit_code == 3
    assert "Zeile 2: Aktenzeichen: Das ist zu lang" in done.output
    file.write_text(f"PLZ;Straße;Hausnummer\n50667;{'ß' * 200};1\n", "utf-8")
    done = invoke(town, home, "check-list", str(file), "--purpose", "visit", "--urgent", "€" * 200)
    assert done.exit_code == 3
    assert "zusammen sind zu lang" in done.output
    assert questions(town) == [] or all(len(question.receipts) == 1 for question in questions(town))


def test_a_receipt_key_that_is_none_is_no_check(tmp_path: Path) -> None:
    town = town_with(ReceiptKey("2027-01", bytes(32)))
    with make_department(town, tmp_path) as department:
        answer = department.check(ANNA, purpose="visit")
    assert isinstance(answer, NoCheck)
    assert answer.reason == "receipt-key"


def test_threads_may_share_a_department_that_seals(tmp_path: Path) -> None:
    town = town_with(MONTH)
    with Department(make_home(town, tmp_path), clock=town.clock, network=town.network) as department:
        for _ in range(3):
            department.check(ANNA, purpose="visit")
    nonces = {opened(question).nonce for question in questions(town)}
    assert len(nonces) == len(questions(town))


def test_the_doctor_looks_for_the_key_of_the_month(tmp_path: Path) -> None:
    town = town_with(MONTH)
    home = make_home(town, tmp_path)
    assert "In Ordnung: Schlüssel der Belege" in invoke(town, home, "doctor").output
    town.now += 31 * 86_400
    assert "Fehler: Schlüssel der Belege: Für diesen Monat fehlt" in invoke(town, home, "doctor").output
