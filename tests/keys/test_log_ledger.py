"""What the log takes, refuses and remembers: nonces, question ids, quotas, budget, entries, all in one transaction."""

import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from obacht_keys.errors import KeysError, StoreError
from obacht_keys.limits import Limits
from obacht_keys.log import proofs
from obacht_keys.log.checkpoints import Checkpoints
from obacht_keys.log.key import LogKey
from obacht_keys.log.ledger import RETRY, Ledger
from obacht_keys.log.quotas import DAY
from obacht_keys.log.requests import Asked, Event, Look, Refused
from obacht_keys.log.store import Batch, Store
from obacht_protocol import entries, merkle
from obacht_protocol.devices import MAX_SKEW, NONCE_MEMORY
from obacht_protocol.entries import ANSWERED, EVENT, REFUSED, URGENT, Entry, Logged

KEY = LogKey.generate("keys.example.org/test-keys")
NOW = int(time.time())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    opened = Ledger(lambda: Store(path), KEY)
    yield opened
    opened.close()


def asked(**changes: object) -> Asked:
    fields = {
        "time": NOW,
        "device": "device",
        "public_key": bytes(32),
        "department": "Amt",
        "nonce": os.urandom(16),
        "digest": os.urandom(32),
        "signature_base": b"base",
        "signature": bytes(64),
        "body": b"the body",
        "question": os.urandom(16),
        "user": bytes(16),
        "persons": 1,
    }
    return Asked(**fields | changes)  # type: ignore[arg-type] # whatever a test wants


def take(ledger: Ledger, request: Asked | Look | Event) -> Logged | Refused | None:
    (outcome,) = ledger.take([request])
    return outcome


def code(ledger: Ledger, request: Asked | Look) -> str:
    outcome = take(ledger, request)
    return outcome.code if isinstance(outcome, Refused) else ""


def entry(ledger: Ledger, index: int) -> Entry:
    (found,) = ledger.store.details(index, index + 1, 1 << 20)
    salt, details = found[: entries.SALT_LENGTH], found[entries.SALT_LENGTH :]
    assert ledger.store.leaves(index, index + 1) == [entries.leaf(salt, details)]
    return Entry.parse(details)


def test_an_answered_question_stands_on_the_log_where_the_promise_says(ledger: Ledger) -> None:
    for _ in range(5):
        one = asked()
        logged = take(ledger, one)
        assert isinstance(logged, Logged)
        logged.verify(KEY.verify_key, one.question)
        assert entry(ledger, logged.index) == Entry(
            ANSWERED, NOW, "", "Amt", one.public_key, one.signature_base, one.signature, one.body
        )
        proof = proofs.inclusion(ledger.store, ledger.size, logged.index)
        merkle.verify_inclusion(logged.leaf, logged.index, ledger.size, proof, ledger.root)


def test_a_refused_question_stands_there_too_without_its_body(ledger: Ledger) -> None:
    assert code(ledger, asked(refused="element", body=b"")) == "element"
    found = entry(ledger, 0)
    assert (found.kind, found.code, found.body, found.base) == (REFUSED, "element", b"", b"base")


def test_a_nonce_counts_once_for_as_long_as_its_signature_may_be_valid(ledger: Ledger) -> None:
    one = asked()
    assert code(ledger, one) == ""
    again = one._replace(question=os.urandom(16))
    assert code(ledger, again) == "replay"
    assert code(ledger, again._replace(time=NOW + 2 * MAX_SKEW)) == "replay"
    assert NONCE_MEMORY > 2 * MAX_SKEW
    assert code(ledger, again._replace(time=NOW + NONCE_MEMORY)) == ""
    assert code(ledger, again._replace(device="another")) == ""
    assert ledger.size == 3, "a replay adds nothing"


def test_of_one_request_many_times_in_one_transaction_one_is_taken(ledger: Ledger) -> None:
    one = asked()
    outcomes = ledger.take([one] * 5)
    assert [isinstance(outcome, Logged) for outcome in outcomes] == [True, *[False] * 4]
    assert ledger.size == 1


def test_a_nonce_of_a_refused_request_and_of_a_reader_is_used_too(ledger: Ledger) -> None:
    one = asked(refused="purpose")
    assert [code(ledger, one), code(ledger, one)] == ["purpose", "replay"]
    look = Look(NOW, "auditor", bytes(16))
    assert [take(ledger, look), code(ledger, look)] == [None, "replay"]
    assert ledger.size == 1


def test_the_same_question_again_gets_the_first_promise_and_costs_nothing(ledger: Ledger) -> None:
    one = asked(limits=(1, 1, 1))
    first = take(ledger, one)
    for _ in range(3):
        assert take(ledger, one._replace(nonce=os.urandom(16), time=NOW + RETRY - 1)) == first
    assert ledger.size == 1
    assert code(ledger, asked(limits=(1, 1, 1))) == "quota"
    assert code(ledger, one._replace(nonce=os.urandom(16), time=NOW + DAY)) == "", "later it is another question"
    assert ledger.size == 3


def test_a_question_id_with_another_body_is_refused(ledger: Ledger) -> None:
    one = asked()
    assert code(ledger, one) == ""
    other = one._replace(nonce=os.urandom(16), digest=bytes(32))
    assert code(ledger, other) == "question-used"
    assert code(ledger, other._replace(nonce=os.urandom(16), device="another")) == ""
    assert entry(ledger, 1).code == "question-used"


def test_a_question_that_was_refused_may_be_asked_again_under_its_id(ledger: Ledger) -> None:
    one = asked(limits=(0, 0, 0))
    assert code(ledger, one) == "quota"
    assert code(ledger, one._replace(nonce=os.urandom(16), limits=tuple(Limits()))) == ""


def test_over_its_quota_a_question_is_told_when_to_come_again(ledger: Ledger) -> None:
    assert [code(ledger, asked()) for _ in range(6)] == [""] * 6
    assert take(ledger, asked()) == Refused("quota", 600)
    assert code(ledger, asked(user=bytes(15) + b"1")) == ""


def test_an_urgent_question_goes_over_its_quota_three_times_and_is_marked(ledger: Ledger) -> None:
    assert [code(ledger, asked(urgent=True)) for _ in range(6)] == [""] * 6
    assert [code(ledger, asked(urgent=True)) for _ in range(4)] == ["", "", "", "quota-urgent"]
    assert [entry(ledger, index).code for index in (5, 6, 8, 9)] == ["", URGENT, URGENT, "quota-urgent"]
    (tally,) = ledger.store.tallies("2000-01-01")
    assert (tally.persons, tally.urgent, tally.refusals) == (9, 3, 1)


def test_enrolment_ends_with_its_budget_and_goes_on_when_more_is_released(ledger: Ledger) -> None:
    def enrol(keys: int, released: int, epoch: int = 1) -> str:
        return code(ledger, asked(persons=0, keys=keys, epoch=epoch, released=released))

    assert enrol(10, 0) == "budget"
    assert [enrol(60, 100), enrol(60, 100), enrol(40, 100), enrol(1, 100)] == ["", "budget", "", "budget"]
    assert [enrol(1, 101), enrol(60, 60, epoch=2)] == ["", ""]
    assert ledger.store.enrolled() == {1: 101, 2: 60}


def test_a_retry_of_enrolment_is_free(ledger: Ledger) -> None:
    one = asked(persons=0, keys=10, released=10)
    first = take(ledger, one)
    assert take(ledger, one._replace(nonce=os.urandom(16))) == first


def test_an_act_of_the_operator_stands_on_the_log(ledger: Ledger) -> None:
    take(ledger, Event(NOW, "share-accepted", "epoch 1"))
    assert entry(ledger, 0) == Entry(EVENT, NOW, "share-accepted", "epoch 1")


def test_all_of_it_is_remembered_by_the_next_process(path: Path) -> None:
    first = Ledger(lambda: Store(path), KEY)
    one, enrolled = asked(), asked(persons=0, keys=10, released=10)
    promised = take(first, one)
    take(first, enrolled)
    for _ in range(7):
        take(first, asked(urgent=True))
    root = first.root
    first.close()
    second = Ledger(lambda: Store(path), KEY)
    assert (second.size, second.root) == (9, root)
    assert code(second, one) == "replay"
    assert take(second, one._replace(nonce=os.urandom(16))) == promised
    assert code(second, asked()) == "quota"
    assert [code(second, asked(urgent=True)) for _ in range(2)] == ["", "quota-urgent"]
    assert code(second, asked(persons=0, keys=1, released=10)) == "budget"
    second.close()


def test_what_nobody_needs_is_forgotten_and_the_tree_stays(ledger: Ledger) -> None:
    take(ledger, asked(time=NOW - 2 * DAY))
    take(ledger, asked())
    ledger.clean(NOW)
    assert [use.time for use in ledger.store.uses()] == [NOW]
    assert len(ledger._nonces) == len(ledger._answered) == 1
    assert ledger.size == 2


class Disk:
    """A store that fails when it is told to: before it writes, or behind it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fails = ""

    def __call__(self) -> Store:
        disk = self

        class Failing(Store):
            def write(self, batch: Batch) -> None:
                if disk.fails == "before":
                    raise StoreError("no")
                super().write(batch)
                if disk.fails == "behind":
                    raise StoreError("no")

        return Failing(self.path)


@pytest.mark.parametrize("when", ["before", "behind"])
def test_after_a_failure_it_goes_on_from_what_is_on_the_disk(path: Path, when: str) -> None:
    disk = Disk(path)
    ledger = Ledger(disk, KEY)
    take(ledger, asked())
    disk.fails = when
    one = asked()
    with pytest.raises(StoreError):
        take(ledger, one)
    disk.fails = ""
    written = when == "behind"
    assert ledger.size == 1 + written, "no checkpoint is made of what is not on the disk"
    again = take(ledger, one._replace(nonce=os.urandom(16)))
    assert isinstance(again, Logged)
    assert (again.index, ledger.size) == (1, 2)
    assert ledger.root == proofs.root(ledger.store, 2)
    ledger.close()


@pytest.mark.parametrize("pragma", ["query_only = ON", "max_page_count = 1"])
def test_a_database_that_cannot_be_written_or_is_full_takes_nothing(ledger: Ledger, pragma: str) -> None:
    take(ledger, asked())
    ledger.store._connection.execute(f"PRAGMA {pragma}")
    with pytest.raises(StoreError):
        take(ledger, asked(body=bytes(100_000)))
    assert take(ledger, asked()) is not None, "it was opened anew"
    assert ledger.size == 2


def test_nobody_else_opens_the_database_meanwhile(ledger: Ledger, path: Path) -> None:
    take(ledger, asked())
    other = sqlite3.connect(path, timeout=0)
    with pytest.raises(sqlite3.OperationalError):
        other.execute("SELECT count(*) FROM hashes")
    other.close()


def test_a_damaged_database_is_said_so(path: Path) -> None:
    path.write_bytes(b"this is not a database, and longer than a header of a database is" * 20)
    with pytest.raises(StoreError, match="damaged"):
        Store(path)


@pytest.mark.parametrize(
    "cut", ["DELETE FROM hashes WHERE id >= 4", "DELETE FROM hashes WHERE id = 6", "DELETE FROM hashes WHERE id >= 6"]
)
def test_a_tree_that_is_cut_off_or_has_a_hole_is_noticed(path: Path, cut: str) -> None:
    first = Ledger(lambda: Store(path), KEY)
    for _ in range(4):
        take(first, asked())
    Checkpoints(first, KEY, NOW)
    first.close()
    with sqlite3.connect(path) as connection:
        connection.execute(cut)
    connection.close()
    with pytest.raises(KeysError, match=r"cut off|hole"):
        Checkpoints(Ledger(lambda: Store(path), KEY), KEY, NOW)


def test_details_are_gone_from_the_file_after_their_time_and_every_proof_still_holds(
    ledger: Ledger, path: Path
) -> None:
    mark = b"the blinded elements of an old question" * 100
    for moment in (NOW - 400 * DAY, NOW - 300 * DAY, NOW):
        take(ledger, asked(time=moment, body=mark + str(moment).encode()))
    before = Checkpoints(ledger, KEY, NOW).newest
    assert ledger.store.prune(NOW - 365 * DAY, "2000-01-01") == 1
    assert ledger.store.prune(NOW - 365 * DAY, "2000-01-01") == 0
    found = ledger.store.details(0, 3, 1 << 20)
    assert [bool(one) for one in found] == [False, True, True]
    assert str(NOW - 400 * DAY).encode() not in path.read_bytes()
    assert proofs.root(ledger.store, 3) == before.root
    (leaf,) = ledger.store.leaves(0, 1)
    merkle.verify_inclusion(leaf, 0, 3, proofs.inclusion(ledger.store, 3, 0), before.root)


def test_details_are_given_out_up_to_a_length_but_always_one(ledger: Ledger) -> None:
    for _ in range(4):
        take(ledger, asked(body=bytes(1_000), user=os.urandom(16)))
    assert len(ledger.store.details(0, 4, 1)) == 1
    assert len(ledger.store.details(0, 4, 2_500)) == 2
    assert len(ledger.store.details(0, 4, 100_000)) == 4
