"""Heads and descriptors that must not be believed, each with the reason that is given for it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

import deployment
from obacht_clients.answers import Entry, NoCheck, NoEntry
from obacht_clients.department import Department
from obacht_clients.home import Home
from obacht_protocol import notes
from town import NOW, Record, Town, date, make_department, make_home, make_town, person, problem, published, reply

ANNA = person("Müller", "Anna", "07.03.1980")
DAY = 24 * 3600


@pytest.fixture
def town() -> Town:
    return make_town([Record(ANNA, valid_until=NOW + 365 * DAY)])


@pytest.fixture
def department(town: Town, tmp_path: Path) -> Iterator[Department]:
    with make_department(town, tmp_path / "home") as department:
        yield department


def reason(department: Department) -> str:
    answer = department.check(ANNA, purpose="visit")
    assert isinstance(answer, NoCheck), answer
    return answer.reason


def has_entry(department: Department) -> bool:
    return isinstance(department.check(ANNA, purpose="visit"), Entry)


def test_a_renewed_head_is_followed(department: Department, town: Town) -> None:
    assert has_entry(department)
    town.now += 3600
    town.published = town.published.renewed(issued=town.now, expires=town.now + 2 * DAY)
    assert has_entry(department)
    assert town.asked("/v1/register/1/buckets") == 1


def test_a_register_rolled_back_is_refused(department: Department, town: Town) -> None:
    before = town.published
    town.now += 60
    town.publish([Record(ANNA)])
    assert has_entry(department)
    town.published = before
    assert reason(department) == "head-order"


def test_a_head_rolled_back_is_refused_by_every_later_process(town: Town, tmp_path: Path) -> None:
    before = town.published
    town.now += 60
    town.publish([Record(ANNA)])
    with make_department(town, tmp_path / "home") as department:
        assert has_entry(department)
    town.published = before
    with Department(tmp_path / "home", clock=town.clock, network=town.network) as department:
        assert reason(department) == "head-order"


def test_a_head_seen_counts_even_if_its_register_never_came(department: Department, town: Town) -> None:
    before = town.published
    town.now += 60
    town.publish([Record(ANNA)])
    town.instead = {"/v1/register/2/buckets": lambda _: problem("unavailable")}
    assert reason(department) == "refused-unavailable"
    town.published = before
    assert reason(department) == "head-order"


def test_a_head_that_another_process_made_old_meanwhile_is_fetched_again(
    department: Department, town: Town, tmp_path: Path
) -> None:
    old = town.published.note
    town.published = town.published.renewed(issued=town.now + 10)
    with Department(tmp_path / "home", clock=town.clock, network=town.network) as other:
        assert has_entry(other)
    answers = [reply(old)]
    town.instead = {
        "/v1/register/head": lambda request: answers.pop() if answers else town.truth(request),
    }
    assert has_entry(department)


def test_two_registers_of_one_sequence_are_refused(department: Department, town: Town) -> None:
    assert has_entry(department)
    town.published = published(town.deployment, [], sequence=1, issued=town.now)
    assert reason(department) == "head-order"


def test_a_head_without_its_signature_is_refused(department: Department, town: Town) -> None:
    stranger = deployment.signing_key("stranger")
    line = town.published.head.encode()
    given = [notes.sign(line, [stranger]), line, line + b"\n\n", b""]
    town.instead = {"/v1/register/head": lambda _: reply(given.pop())}
    while given:
        assert reason(department) == "head-signature"


def test_a_signed_line_that_is_no_head_is_refused(department: Department, town: Town) -> None:
    note = notes.sign(b'{"type":"obacht/v1/other"}', [town.deployment.head])
    town.instead = {"/v1/register/head": lambda _: reply(note)}
    assert reason(department) == "head-form"


def test_another_deployments_head_is_refused(department: Department, town: Town) -> None:
    town.published = town.published.renewed(deployment="test-other")
    assert reason(department) == "head-deployment"


def test_an_expired_head_is_refused(department: Department, town: Town) -> None:
    town.now += 2 * DAY
    assert reason(department) == "head-expired"


def test_a_head_from_the_future_means_a_wrong_clock(department: Department, town: Town) -> None:
    town.now -= DAY
    assert reason(department) == "clock"


def test_where_the_servers_clock_differs_the_clock_is_blamed(department: Department, town: Town) -> None:
    town.now += 3 * DAY

    def dated(request: httpx2.Request) -> httpx2.Response:
        answer = town.truth(request)
        answer.headers["Date"] = date(NOW)
        return answer

    town.instead = {"/": dated}
    assert reason(department) == "clock"


def test_an_epoch_out_of_its_time_is_refused(town: Town, tmp_path: Path) -> None:
    epoch = town.deployment.descriptor.epoch
    ended = town.deployment.revised(epochs=[replace(epoch, begins=NOW - 2 * DAY, ends=NOW)])
    town.deployment, town.note = ended, ended.note()
    town.published = town.published.renewed(descriptor=ended.digest)
    with make_department(town, tmp_path / "home") as department:
        assert reason(department) == "epoch"


def test_a_register_of_an_unknown_epoch_is_refused(department: Department, town: Town) -> None:
    town.published = town.published.renewed(epoch=9)
    assert reason(department) == "head-epoch"


def test_a_new_descriptor_is_followed_when_the_head_names_it(department: Department, town: Town) -> None:
    assert has_entry(department)
    town.deployment = town.deployment.revised(purposes=[*town.deployment.descriptor.purposes[:1]])
    town.note = town.deployment.note()
    town.published = town.published.renewed(descriptor=town.deployment.digest, issued=town.now + 1)
    assert has_entry(department)
    answer = department.check(ANNA, purpose="desk")
    assert isinstance(answer, NoCheck)
    assert answer.reason == "purpose"
    assert [purpose.id for purpose in department.purposes()] == ["visit"]


def test_a_head_not_yet_renewed_may_name_the_descriptor_before(town: Town, tmp_path: Path) -> None:
    town.deployment = town.deployment.revised()
    town.note = town.deployment.note()
    with make_department(town, tmp_path / "home") as department:
        assert has_entry(department)
    assert not town.asked("/v1/descriptor")


def test_a_new_head_key_is_followed(department: Department, town: Town) -> None:
    assert has_entry(department)
    key = deployment.signing_key("test-town/head-2")
    town.deployment = replace(town.deployment.revised(head=key.verify_key), head=key)
    town.note = town.deployment.note()
    town.published = replace(town.published.renewed(descriptor=town.deployment.digest, issued=town.now + 1), key=key)
    assert has_entry(department)


def test_another_process_may_have_followed_first(department: Department, town: Town, tmp_path: Path) -> None:
    assert has_entry(department)
    town.deployment = town.deployment.revised()
    town.note = town.deployment.note()
    town.published = town.published.renewed(descriptor=town.deployment.digest, issued=town.now + 1)
    with Department(tmp_path / "home", clock=town.clock, network=town.network) as other:
        assert has_entry(other)
    assert has_entry(department)
    assert town.asked("/v1/descriptor") == 1


@pytest.mark.parametrize("missing", ["office", "auditor"])
def test_a_descriptor_with_one_signature_is_refused(department: Department, town: Town, missing: str) -> None:
    following = town.deployment.revised()
    signer = following.auditor if missing == "office" else following.office
    town.note = notes.sign(following.descriptor.encode(), [signer])
    town.published = town.published.renewed(descriptor=following.digest)
    assert reason(department) == "descriptor-signature"


def test_a_signed_descriptor_that_contradicts_itself_is_refused(department: Department, town: Town) -> None:
    following = town.deployment.revised()
    line = following.descriptor.encode().replace(b'"threshold":1', b'"threshold":2')
    town.note = notes.sign(line, [following.office, following.auditor])
    town.published = town.published.renewed(descriptor=notes.digest(town.note))
    assert reason(department) == "descriptor-form"


def test_another_deployments_descriptor_is_refused(department: Department, town: Town) -> None:
    following = town.deployment.revised(deployment="test-other")
    town.note = following.note()
    town.published = town.published.renewed(descriptor=following.digest)
    assert reason(department) == "descriptor-deployment"


def test_a_descriptor_rolled_back_is_refused(town: Town, tmp_path: Path) -> None:
    first, second = town.deployment, town.deployment.revised()
    home = make_home(Town(second, town.published), tmp_path / "home")
    town.published = town.published.renewed(descriptor=b"\x01" * 32)
    town.note = first.note()
    with Department(home, clock=town.clock, network=town.network) as department:
        assert reason(department) == "descriptor-order"


def test_a_descriptor_that_does_not_follow_ours_is_refused(department: Department, town: Town) -> None:
    following = town.deployment.revised(previous=bytes(32))
    town.note = following.note()
    town.published = town.published.renewed(descriptor=following.digest)
    assert reason(department) == "descriptor-order"


def test_a_head_that_names_a_descriptor_nobody_gives_is_refused(department: Department, town: Town) -> None:
    town.published = town.published.renewed(descriptor=b"\x01" * 32)
    assert reason(department) == "head-descriptor"


def test_an_expired_descriptor_is_refused_until_a_new_one_comes(department: Department, town: Town) -> None:
    town.now += 30 * DAY
    town.published = town.published.renewed(issued=town.now, expires=town.now + DAY)
    assert reason(department) == "descriptor-expired"
    town.deployment = town.deployment.revised(issued=town.now, expires=town.now + 9 * DAY)
    town.note = town.deployment.note()
    assert has_entry(department)


def test_a_root_key_changes_only_with_the_signatures_of_old_and_new(department: Department, town: Town) -> None:
    fresh = deployment.signing_key("test-town/office-2")
    following = replace(town.deployment.revised(office=fresh.verify_key), office=fresh)
    town.published = town.published.renewed(descriptor=following.digest, issued=town.now + 1)
    town.note = following.note()
    assert reason(department) == "descriptor-signature", "the old office has not signed"
    town.note = notes.cosign(following.note(), town.deployment.office)
    assert has_entry(department)
    third = following.revised()
    town.note = third.note()
    town.published = town.published.renewed(descriptor=third.digest, issued=town.now + 2)
    assert has_entry(department), "from then on the new key alone is pinned"


@pytest.mark.parametrize(
    ("record", "value"),
    [
        ("pins", None), ("pins", b"{}"), ("pins", b"not json"), ("descriptor", None), ("descriptor", b"changed"),
        ("head", b"changed"), ("head-key", b"changed"),
    ],
)  # fmt: skip
def test_a_state_that_cannot_be_read_is_no_check_and_no_fresh_start(
    town: Town, tmp_path: Path, record: str, value: bytes | None
) -> None:
    with make_department(town, tmp_path) as department:
        assert has_entry(department)
    home = Home(tmp_path)
    if value is None:
        home._database.execute("DELETE FROM record WHERE name = ?", (record,))
    else:
        home.update(lambda _: {record: value})
    home.close()
    town.published = town.published.renewed(issued=town.now + 1)
    with Department(tmp_path, clock=town.clock, network=town.network) as department:
        assert reason(department) == "home-broken"


def test_a_canary_record_of_another_length_is_derived_anew(town: Town, tmp_path: Path) -> None:
    with make_department(town, tmp_path) as department:
        assert has_entry(department)
    home = Home(tmp_path)
    home.update(lambda _: {"canary": b"short"})
    home.close()
    with Department(tmp_path, clock=town.clock, network=town.network) as department:
        assert department.check(person("Fremd", "Erik", "1990"), purpose="visit") == NoEntry()
