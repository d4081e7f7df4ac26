"""The copy of the register: whole or not at all, from the network and from the disk."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import httpx2
import pytest

from obacht_clients.answers import Entry, NoCheck
from obacht_clients.department import Department
from obacht_protocol import head, merkle, register
from town import Record, Town, make_department, make_home, make_town, person, reply

ANNA = person("Müller", "Anna", "07.03.1980")
BUCKETS = "/v1/register/1/buckets"


@pytest.fixture
def town() -> Town:
    return make_town([Record(ANNA)])


@pytest.fixture
def department(town: Town, tmp_path: Path) -> Iterator[Department]:
    with make_department(town, tmp_path) as department:
        yield department


def reason(department: Department) -> str:
    answer = department.check(ANNA, purpose="visit")
    assert isinstance(answer, NoCheck), answer
    return answer.reason


def ask_anew(town: Town, home: Path) -> object:
    """Ask as a process does that has just been started."""
    with Department(home, clock=town.clock, network=town.network) as department:
        return department.check(ANNA, purpose="visit")


def serve(town: Town, bucket: bytes) -> None:
    town.instead = {BUCKETS: lambda _: reply(bucket)}


def test_a_truncated_bucket_is_refused_and_leaves_nothing(department: Department, town: Town, tmp_path: Path) -> None:
    serve(town, town.published.register.buckets[0][:-1])
    assert reason(department) == "interrupted"
    assert not list((tmp_path / "registers").iterdir())
    town.instead = {}
    assert isinstance(department.check(ANNA, purpose="visit"), Entry)


def test_a_longer_bucket_is_refused(department: Department, town: Town) -> None:
    serve(town, town.published.register.buckets[0] + bytes(1))
    assert reason(department) == "too-large"


def test_a_bucket_with_another_root_is_refused(department: Department, town: Town, tmp_path: Path) -> None:
    other = make_town([]).published.register.buckets[0]
    serve(town, other)
    assert reason(department) == "register"
    assert not list((tmp_path / "registers").iterdir())


def test_one_wrong_bit_is_enough(department: Department, town: Town) -> None:
    bucket = bytearray(town.published.register.buckets[0])
    bucket[-1] ^= 1
    serve(town, bytes(bucket))
    assert reason(department) == "register"


def test_a_register_out_of_order_is_refused_though_its_root_is_signed(department: Department, town: Town) -> None:
    rows = town.published.register.buckets[0]
    swapped = rows[128:256] + rows[:128] + rows[256:]
    root = merkle.root([merkle.leaf_hash(swapped)])
    town.published = town.published.renewed(root=root)
    serve(town, swapped)
    assert reason(department) == "register"


def test_a_register_of_many_buckets_is_fetched_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "MAX_BUCKET_ROWS", 4)
    monkeypatch.setattr(register, "MIN_ROWS", 4)
    monkeypatch.setattr(head, "MIN_ROWS", 4)
    people = [Record(person("Müller", "Anna", f"0{day}.03.1980")) for day in range(1, 4)]
    town = make_town([Record(ANNA), *people])
    assert town.published.head.bits > 1
    with make_department(town, tmp_path) as department:
        assert isinstance(department.check(ANNA, purpose="visit"), Entry)
    assert town.asked(BUCKETS) == 1 << town.published.head.bits
    assert isinstance(ask_anew(town, tmp_path), Entry)
    assert town.asked(BUCKETS) == 1 << town.published.head.bits
    (file,) = (tmp_path / "registers").iterdir()
    file.unlink()
    first = town.published.register.buckets[0]
    town.instead = {f"{BUCKETS}/1": lambda _: reply(b"".join(town.published.register.proof(1)) + first)}
    assert ask_anew(town, tmp_path) == NoCheck("register", town.deployment.descriptor.contacts[0])


@pytest.mark.parametrize("damage", ["changed", "truncated", "empty", "missing"])
def test_a_copy_damaged_on_disk_is_fetched_again(
    department: Department, town: Town, tmp_path: Path, damage: str
) -> None:
    department.check(ANNA, purpose="visit")
    department.close()
    file = tmp_path / "registers" / "1.register"
    content = file.read_bytes()
    match damage:
        case "changed":
            file.write_bytes(content[:1000] + bytes((content[1000] ^ 1,)) + content[1001:])
        case "truncated":
            file.write_bytes(content[:-128])
        case "empty":
            file.write_bytes(b"")
        case _:
            file.unlink()
    assert isinstance(ask_anew(town, tmp_path), Entry)
    assert town.asked(BUCKETS) == 2
    assert file.read_bytes() == content


def test_what_is_no_longer_needed_is_removed(department: Department, tmp_path: Path) -> None:
    folder = tmp_path / "registers"
    folder.mkdir()
    for name in ("0.register", "0.aa.draft", "0.bb.draft", "notes.txt"):
        (folder / name).write_bytes(b"x")
    os.utime(folder / "0.aa.draft", (1, 1))
    assert isinstance(department.check(ANNA, purpose="visit"), Entry)
    assert sorted(file.name for file in folder.iterdir()) == ["0.bb.draft", "1.register", "notes.txt"]


def test_a_file_that_vanishes_while_others_are_removed_does_no_harm(department: Department, tmp_path: Path) -> None:
    folder = tmp_path / "registers"
    folder.mkdir()
    (folder / "0.aa.draft").symlink_to(folder / "gone")
    (folder / "0.register").mkdir()  # cannot be unlinked
    assert isinstance(department.check(ANNA, purpose="visit"), Entry)


def test_a_disk_that_takes_nothing_is_no_check(department: Department, tmp_path: Path) -> None:
    (tmp_path / "registers").write_bytes(b"a file where the folder should be")
    assert reason(department) == "home-full"


def test_a_disk_that_fills_up_is_no_check(department: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            return None

        def write(self, _: bytes) -> None:
            raise OSError(28, "No space left on device")

    opened: Any = Path.open
    monkeypatch.setattr(Path, "open", lambda *args, **named: Full() if "xb" in args else opened(*args, **named))
    assert reason(department) == "home-full"


def test_another_process_may_put_the_same_copy_there_first(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = make_home(town, tmp_path)

    def occupied(draft: Path, file: Path) -> None:
        file.write_bytes(draft.read_bytes())
        raise PermissionError("Windows moves nothing over a mapped file")

    monkeypatch.setattr(Path, "replace", occupied)
    assert isinstance(ask_anew(town, home), Entry)


def test_redirected_and_packed_buckets_are_refused(department: Department, town: Town) -> None:
    town.instead = {BUCKETS: lambda _: httpx2.Response(302, headers={"Location": "/elsewhere"})}
    assert reason(department) == "redirect"
    stream = httpx2.ByteStream(b"")
    town.instead = {BUCKETS: lambda _: httpx2.Response(200, stream=stream, headers={"Content-Encoding": "gzip"})}
    assert reason(department) == "compressed"
