"""A run goes on from where the last one passed; what that leaves out, a run over the whole log still finds."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditing import ANNA, BORIS, Auditor, cheap_locks
from obacht_protocol import merkle
from town import reply


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap_locks(monkeypatch)


@pytest.fixture
def auditor(tmp_path: Path) -> Auditor:
    return Auditor(tmp_path)


def ask(auditor: Auditor, times: int = 1) -> None:
    for _ in range(times):
        auditor.ask(auditor.client.part(ANNA))


def stretch(auditor: Auditor, *arguments: str) -> tuple[int, int, int]:
    """Run, and give from where to where it looked, and how many questions there were."""
    told = auditor.audited(*arguments)
    assert told["passed"], told
    return told["begin"], told["end"], told["questions"]


def paths(auditor: Auditor) -> list[str]:
    """Give what was fetched of the logs since the last call."""
    fetched = [request.url.path.removeprefix("/v1/log/") for request in auditor.town.requests]
    auditor.town.requests.clear()
    return fetched


def test_only_what_is_new_is_fetched_and_opened(auditor: Auditor) -> None:
    ask(auditor, 5)
    assert stretch(auditor) == (0, 5, 5)
    paths(auditor)
    ask(auditor, 2)
    assert stretch(auditor) == (5, 7, 2)
    assert paths(auditor) == ["checkpoint", "consistency/5/7", "leaves/5/7", "entries/5/7"]
    assert stretch(auditor) == (7, 7, 0)
    assert paths(auditor) == ["checkpoint"]
    assert stretch(auditor, "--all") == (0, 7, 7)


def test_the_words_say_which_stretch_the_counts_are_of(auditor: Auditor) -> None:
    ask(auditor, 2)
    words = auditor.run("receipts").output
    assert "angesehen: alle Einträge, vom 15.01.2027" in words
    assert "Bürgeramt: verschiedene Personen in den Einträgen 0 bis 1: 1" in words
    auditor.ask(auditor.client.part(BORIS))
    words = auditor.run("receipts").output
    assert "angesehen: Einträge 2 bis 2; die davor haben schon bestanden" in words
    assert "Bürgeramt: verschiedene Personen in den Einträgen 2 bis 2: 1" in words
    assert "verschiedene Personen in den Einträgen 2 bis 2: 1" in words.splitlines()[-1]
    words = auditor.run("receipts").output
    assert "angesehen: keine; seit der letzten Prüfung" in words
    assert "Bürgeramt" not in words
    assert "Bürgeramt: verschiedene Personen in den Einträgen 0 bis 2: 2" in auditor.run("receipts", "--all").output


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.integers(0, 9), min_size=1, max_size=5))
def test_however_the_log_grows_nothing_is_left_out(tmp_path_factory: pytest.TempPathFactory, steps: list[int]) -> None:
    auditor, size = Auditor(tmp_path_factory.mktemp("growing")), 0
    for step in steps:
        for number in range(step):
            auditor.log.event("quota-changed", f"{size + number}")
        told = auditor.audited()
        assert told["passed"]
        assert (told["begin"], told["end"], told["kinds"].get("event", 0)) == (size, size + step, step)
        size += step


def test_a_lie_among_what_is_new_is_found_until_it_is_gone(auditor: Auditor) -> None:
    ask(auditor, 3)
    assert stretch(auditor) == (0, 3, 3)
    auditor.ask(auditor.client.part(ANNA), sealed=[])
    for _ in range(2):
        told = auditor.audited()
        assert [(one["index"], one["faults"]) for one in told["failed"]] == [(3, ["missing"])]
        assert (told["begin"], told["since"]) == (3, 3), "nothing that failed is taken for seen"


def test_what_was_seen_and_is_another_now_is_found(auditor: Auditor) -> None:
    ask(auditor, 4)
    assert stretch(auditor) == (0, 4, 4)
    auditor.log.leaves[1] = merkle.leaf_hash(b"other")
    for grown in (0, 1):
        ask(auditor, grown)
        told = auditor.audited()
        assert (told["faults"], told["begin"], told["size"]) == (["log-rewritten"], None, 4 + grown)
        assert "Kein Eintrag wurde angesehen." in auditor.run("receipts").output


def test_new_leaves_that_are_not_under_the_root_are_found(auditor: Auditor) -> None:
    ask(auditor, 3)
    assert stretch(auditor) == (0, 3, 3)
    ask(auditor, 2)
    auditor.town.instead = {"/v1/log/leaves": lambda _: reply(bytes(64)), **auditor.logs.answers()}
    assert auditor.audited()["faults"] == ["log-root"]


@pytest.mark.parametrize("proof", [b"", bytes(32), b"x", bytes(33), bytes(32 * 5)])
def test_a_log_that_does_not_prove_its_growth_fails(auditor: Auditor, proof: bytes) -> None:
    ask(auditor, 3)
    assert stretch(auditor) == (0, 3, 3)
    ask(auditor, 2)
    auditor.town.instead = {"/v1/log/consistency": lambda _: reply(proof), **auditor.logs.answers()}
    assert auditor.audited()["faults"] == ["log-rewritten"]


def test_a_whole_run_finds_what_was_done_to_details_afterwards(auditor: Auditor) -> None:
    ask(auditor, 4)
    assert stretch(auditor) == (0, 4, 4)
    auditor.log.data[2] = b""
    auditor.log.change(1, department="Ordnungsamt")
    assert stretch(auditor) == (4, 4, 0)
    told = auditor.audited("--all")
    assert [(one["index"], one["faults"]) for one in told["failed"]] == [(1, ["leaf"])]
    assert told["kinds"]["pruned"] == 1


def test_a_whole_run_finds_a_request_that_is_logged_again_after_a_run(auditor: Auditor) -> None:
    ask(auditor)
    assert stretch(auditor) == (0, 1, 1)
    auditor.log.add(auditor.log.entry(0))
    assert [one["faults"] for one in auditor.audited("--all")["failed"]] == [["replayed"]]
    assert stretch(auditor) == (1, 2, 1), "it is alone in what is new"


def test_what_is_saved_is_whole(auditor: Auditor, tmp_path: Path) -> None:
    ask(auditor, 3)
    assert stretch(auditor) == (0, 3, 3)
    ask(auditor, 2)
    assert stretch(auditor, "--save", str(tmp_path / "saved")) == (0, 5, 5)
    auditor.town.instead = {"/v1/": lambda _: pytest.fail("somebody was asked")}
    assert stretch(auditor, "--from", str(tmp_path / "saved")) == (0, 5, 5)
