"""What a department is told, when all is well and when anything outside is not."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from obacht_clients.answers import AddressMatch, Entry, NoCheck, NoEntry, PersonMatch, PossibleEntry
from obacht_clients.department import AsyncDepartment, Department
from obacht_clients.questions import Stretcher
from obacht_protocol import errors, rows, stretch
from obacht_protocol.descriptor import Canary, Contact
from obacht_protocol.errors import IdentityError
from obacht_protocol.identity import Address, Person
from town import NOW, Record, Town, make_department, make_home, make_town, person, reply

ANNA = person("Müller", "Anna Lena", "07.03.1980")
HOUSE = Address("50667", "Venloer Straße", "12a")


@pytest.fixture
def town() -> Town:
    return make_town([Record(ANNA), Record(HOUSE, level=2, several=True)])


@pytest.fixture
def department(town: Town, tmp_path: Path) -> Iterator[Department]:
    with make_department(town, tmp_path / "home") as department:
        yield department


def reason(department: Department) -> str:
    """Ask about somebody who is listed, and expect that no check is made."""
    answer = department.check(ANNA, purpose="visit")
    assert isinstance(answer, NoCheck), answer
    return answer.reason


def test_who_is_listed_is_an_entry(department: Department) -> None:
    answer = department.check(ANNA, purpose="visit")
    assert isinstance(answer, Entry)
    assert (answer.level, answer.tier, answer.valid_until, answer.others) == (3, "strong", NOW + 1000, ())
    assert answer.contact.phone == "0221 000000"
    assert len(bytes.fromhex(answer.reference)) == 8
    assert answer.matched == PersonMatch("exact", "exact")


def test_names_heard_or_swapped_still_meet(department: Department) -> None:
    for typed in (person("Miller", "Ana", "07.03.1980"), person("Anna", "Müller", "07.03.1980")):
        assert isinstance(department.check(typed, purpose="visit"), Entry)


def test_a_near_birth_date_and_a_year_alone_are_possible_entries(department: Department) -> None:
    near = department.check(person("Müller", "Anna", "03.07.1980"), purpose="visit")
    year = department.check(person("Müller", "Anna", "1980"), purpose="visit")
    assert isinstance(near, PossibleEntry)
    assert isinstance(near.matched, PersonMatch)
    assert near.matched.birth_date == "near"
    assert isinstance(year, PossibleEntry)
    assert isinstance(year.matched, PersonMatch)
    assert year.matched.birth_date == "year"


def test_a_stranger_is_no_entry(department: Department) -> None:
    assert department.check(person("Fremd", "Erik", "09.09.1999"), purpose="visit") == NoEntry()


@pytest.mark.parametrize(
    ("number", "matched"), [("12a", "exact"), ("12", "exact"), ("12b", "building"), ("12 1/2", "building")]
)
def test_an_address_is_found_by_itself_and_by_its_building(department: Department, number: str, matched: str) -> None:
    answer = department.check(Address("50667", "Venloerstr.", number), purpose="visit")
    assert isinstance(answer, Entry if matched == "exact" else PossibleEntry)
    assert answer.matched == AddressMatch(matched)  # type: ignore[arg-type] # the parameter is one of the words
    assert (answer.level, answer.several) == (2, True)


def test_a_street_heard_wrongly_is_a_possible_entry(department: Department) -> None:
    answer = department.check(Address("50667", "Fenloher Straße", "12a"), purpose="visit")
    assert isinstance(answer, PossibleEntry)
    assert answer.matched == AddressMatch("sound")


def test_rows_of_the_other_kind_are_ignored(tmp_path: Path) -> None:
    records = [Record(ANNA, mislabelled=True), Record(HOUSE, mislabelled=True)]
    with make_department(make_town(records), tmp_path / "home") as department:
        assert department.check(ANNA, purpose="visit") == NoEntry()
        assert department.check(HOUSE, purpose="visit") == NoEntry()


def test_a_row_whose_sketch_is_of_somebody_else_is_not_shown(tmp_path: Path) -> None:
    with make_department(make_town([Record(ANNA)]), tmp_path / "home") as department:
        # The same sound of the family name and the same birth date find the row, no more.
        assert department.check(person("Mehler", "Siegfried", "07.03.1980"), purpose="visit") == NoEntry()


def test_expired_rows_are_ignored(tmp_path: Path) -> None:
    town = make_town([Record(ANNA, valid_until=NOW)])
    with make_department(town, tmp_path / "home") as department:
        assert department.check(ANNA, purpose="visit") == NoEntry()
        town.now -= 1
        assert isinstance(department.check(ANNA, purpose="visit"), Entry)


def test_records_that_differ_are_listed_beside_the_highest_level(tmp_path: Path) -> None:
    records = [Record(ANNA, level=2), Record(ANNA), Record(ANNA, valid_until=NOW + 5)]
    with make_department(make_town(records), tmp_path / "home") as department:
        answer = department.check(ANNA, purpose="visit")
    assert isinstance(answer, Entry)
    assert answer.level == 3
    assert sorted((other.level, other.valid_until) for other in answer.others) in (
        [(2, NOW + 1000), (3, NOW + 5)],
        [(2, NOW + 1000), (3, NOW + 1000)],
    )


def test_a_contact_that_the_descriptor_does_not_know_never_hides_an_entry(tmp_path: Path) -> None:
    with make_department(make_town([Record(ANNA, contact=77)]), tmp_path / "home") as department:
        answer = department.check(ANNA, purpose="visit")
    assert isinstance(answer, Entry)
    assert answer.contact.number == 1


def test_what_cannot_be_asked_about_is_an_error_and_asks_nothing(department: Department, town: Town) -> None:
    with pytest.raises(IdentityError, match="future"):
        department.check(Person("Fremd", "Erik", 2028), purpose="visit")
    with pytest.raises(IdentityError, match="range"):
        department.check(Address("50667", "Venloer Straße", "12-16"), purpose="visit")
    assert not town.requests


def test_an_unknown_purpose_is_not_asked(department: Department, town: Town) -> None:
    answer = department.check(ANNA, purpose="gossip")
    assert answer == NoCheck("purpose", town.deployment.descriptor.contacts[0])
    assert not town.asked("/v1/evaluations")


def test_a_client_that_is_not_set_up_makes_no_check(tmp_path: Path) -> None:
    with Department(tmp_path / "nothing") as department:
        assert department.check(ANNA, purpose="visit") == NoCheck("home-missing", None)


def test_the_register_is_fetched_once_and_the_head_every_time(department: Department, town: Town) -> None:
    for _ in range(3):
        department.check(ANNA, purpose="visit")
    assert town.asked("/v1/register/head") == 3
    assert town.asked("/v1/register/1/buckets") == 1
    assert town.asked("/v1/evaluations") == 4, "three questions and once the canary"


def test_the_canary_is_derived_once_for_all_processes(town: Town, tmp_path: Path) -> None:
    make_home(town, tmp_path / "home")
    for _ in range(2):
        with Department(tmp_path / "home", clock=town.clock, network=town.network) as department:
            assert isinstance(department.check(ANNA, purpose="visit"), Entry)
    assert town.asked("/v1/evaluations") == 3
    assert town.asked("/v1/register/1/buckets") == 1, "the copy on disk served the second"


def test_a_new_entry_counts_at_once(department: Department, town: Town) -> None:
    stranger = person("Fremd", "Erik", "09.09.1999")
    assert department.check(stranger, purpose="visit") == NoEntry()
    town.publish([Record(stranger)])
    assert isinstance(department.check(stranger, purpose="visit"), Entry)
    assert [file.name for file in (department._department._path / "registers").iterdir()] == ["2.register"]


def test_threads_share_a_department(department: Department) -> None:
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(department.check(ANNA, purpose="visit"))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(answer) for answer in answers] == [Entry] * 4


def test_questions_run_side_by_side_on_one_loop(town: Town, tmp_path: Path) -> None:
    async def ask() -> list[object]:
        async with AsyncDepartment(make_home(town, tmp_path), clock=town.clock, network=town.network) as department:
            return list(await asyncio.gather(*(department.check(ANNA, purpose="visit") for _ in range(3))))

    assert [type(answer) for answer in asyncio.run(ask())] == [Entry] * 3
    assert town.asked("/v1/register/1/buckets") == 1


def test_a_closed_department_can_be_closed_again(department: Department) -> None:
    department.close()
    department.close()


def test_two_of_three_key_offices_answer(tmp_path: Path) -> None:
    offices = tuple(f"http://127.0.0.1:820{index}" for index in range(3))
    town = make_town([Record(ANNA)], key_offices=offices, needed=2)
    with make_department(town, tmp_path / "home") as department:
        assert isinstance(department.check(ANNA, purpose="visit"), Entry)
    assert town.asked("/v1/evaluations") == 4


def test_a_fault_of_our_own_is_raised_and_not_hidden(department: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("obacht_clients.department.decide", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        department.check(ANNA, purpose="visit")


# What goes wrong outside: never "no entry", never an exception


def test_a_register_without_the_canary_answers_nothing(department: Department, town: Town) -> None:
    town.publish([Record(ANNA)], canary=False)
    assert reason(department) == "canary"
    assert reason(department) == "canary", "and it does not pass the second time"


def test_a_new_canary_is_derived_anew(department: Department, town: Town) -> None:
    assert isinstance(department.check(ANNA, purpose="visit"), Entry)
    town.deployment = town.deployment.revised(canary=Canary("Wellensittich", "Wilma", "1960-05-06"))
    town.note = town.deployment.note()
    town.publish([Record(ANNA)])
    assert isinstance(department.check(ANNA, purpose="visit"), Entry)
    assert town.asked("/v1/evaluations") == 4, "two questions, and once each canary"


def test_a_register_that_lost_the_canary_answers_nothing(department: Department, town: Town) -> None:
    assert isinstance(department.check(ANNA, purpose="visit"), Entry)
    town.publish([Record(ANNA)], canary=False)
    assert reason(department) == "canary"


def test_a_canary_nobody_can_be_named_like_is_a_bad_descriptor(tmp_path: Path) -> None:
    town = make_town([Record(ANNA)])
    bad = town.deployment.revised(canary=Canary("", "", "1970"))
    town.deployment, town.note = bad, bad.note()
    town.published = town.published.renewed(descriptor=bad.digest)
    with make_department(town, tmp_path / "home") as department:
        assert reason(department) == "descriptor-form"


def test_a_row_that_cannot_be_opened_is_no_check(department: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(department.check(ANNA, purpose="visit"), Entry)

    def broken(*_: object) -> None:
        raise errors.RowError("of another version")

    monkeypatch.setattr(rows, "open_row", broken)
    assert reason(department) == "row"


def test_too_little_memory_for_the_stretch_is_no_check(department: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise errors.StretchError("no memory for the stretch")

    monkeypatch.setattr(stretch, "stretch", broken)
    assert reason(department) == "memory"


@pytest.mark.parametrize("path", ["/v1/register/head", "/v1/register/1/buckets", "/v1/evaluations", "/v1/descriptor"])
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=400), status=st.sampled_from([200, 204, 400, 404, 500]))
def test_garbage_from_any_server_is_no_check(
    town: Town, tmp_path_factory: pytest.TempPathFactory, path: str, body: bytes, status: int
) -> None:
    if path == "/v1/descriptor":
        town.deployment = town.deployment.revised()
        town.published = town.published.renewed(descriptor=town.deployment.digest, issued=town.now)
    town.instead = {path: lambda _: httpx2.Response(status, content=body)}
    home = make_home(make_town(), tmp_path_factory.mktemp("home") / "home")  # of the descriptor before
    with Department(home, clock=town.clock, network=town.network) as department:
        assert isinstance(department.check(ANNA, purpose="visit"), NoCheck)


def test_nothing_is_asked_where_no_answer_could_be_given(department: Department, town: Town) -> None:
    town.instead = {"/v1/register/1/buckets": lambda _: reply(b"")}
    assert reason(department) == "interrupted"
    town.now += 90 * 3600
    assert reason(department) == "head-expired"
    assert not town.asked("/v1/evaluations")


def test_a_year_only_question_finds_a_record_with_a_full_date(department: Department) -> None:
    assert isinstance(department.check(person("Müller", "Anna", "1980"), purpose="visit"), PossibleEntry)


def test_the_first_contact_is_named_where_no_check_was_made(department: Department, town: Town) -> None:
    town.instead = {"/": lambda _: httpx2.Response(500)}
    answer = department.check(ANNA, purpose="visit")
    assert isinstance(answer, NoCheck)
    assert isinstance(answer.contact, Contact)
    assert answer.contact.phone == "0221 000000"


def test_stretched_outputs_keep_their_order() -> None:
    outputs = [bytes([number]) * 64 for number in range(7)]
    stretcher = Stretcher()
    try:
        stretched = asyncio.run(stretcher.stretch(outputs, stretch.CHEAPEST))
        assert stretched == [stretch.stretch(output, stretch.CHEAPEST) for output in outputs]
        assert asyncio.run(stretcher.stretch([], stretch.CHEAPEST)) == []
    finally:
        stretcher.close()
