"""A key office goes over to the next epoch, and destroys the share of the one before."""

import json
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result

from deployment import make_deployment
from key_office import Server, accept, add_device, code, deal, found, free_origin, put_descriptor, question, run
from obacht_keys.errors import LogError
from obacht_keys.log import opening
from obacht_keys.settings import Home
from obacht_keys.shares import LOOK_EVERY
from obacht_protocol.encoding import canonical_json
from obacht_protocol.entries import SALT_LENGTH, Entry


def begin(home: Home, dealt: Path, index: int = 1) -> Result:
    passphrase = ("--lock", "CHEAPEST", "--passphrase-file", home.folder.parent / "passphrase")
    files = (dealt / "transcript.json", dealt / f"share-{index}.sealed")
    return run("--home", home.folder, "rotate", "begin", *passphrase, *files)


def finish(home: Home, epoch: int, *options: str) -> Result:
    return run("--home", home.folder, "rotate", "finish", "--epoch", str(epoch), *options)


def deal_next(out: Path, previous: Path, *arguments: str | Path) -> Result:
    return run("ceremony", "deal", "--out", out, "--previous", previous / "transcript.json", *arguments)


def indices(dealt: Path) -> dict[str, int]:
    return {seat["name"]: seat["index"] for seat in json.loads((dealt / "transcript.json").read_bytes())["offices"]}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An office that holds the shares of epochs 1 and 2."""
    made = found(tmp_path, "https://keys.example.org")
    first = deal(tmp_path / "first", made, epoch=1)
    assert accept(made, first).exit_code == 0
    assert deal_next(tmp_path / "second", first, made.card).exit_code == 0
    begun = begin(made, tmp_path / "second")
    assert begun.exit_code == 0, begun.output
    assert "restart the service" in begun.output
    assert "epochs 1, 2" in begun.output
    return made


def test_the_next_ceremony_keeps_threshold_and_numbers_and_gives_a_new_office_a_new_one(tmp_path: Path) -> None:
    offices = {}
    for name in ("IT", "Datenschutz", "Personalrat", "Revision"):
        (tmp_path / name).mkdir()
        offices[name] = found(tmp_path / name, f"https://{name.lower()}.example.org", name=name)
    first = deal(tmp_path / "first", *list(offices.values())[:3], needed=3, epoch=4)
    cards = [offices[name].card for name in ("Revision", "Personalrat", "IT")]
    assert deal_next(tmp_path / "second", first, *cards).exit_code == 0
    assert indices(tmp_path / "second") == {"IT": 1, "Personalrat": 3, "Revision": 4}
    transcript = json.loads((tmp_path / "second" / "transcript.json").read_bytes())
    assert (transcript["epoch"], transcript["threshold"]) == (5, 3)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--epoch", "7"), "the epoch after 7 cannot be 7"),
        (("--epoch", "6"), "the epoch after 7 cannot be 6"),
        (("--index", "2"), "not both"),
    ],
)
def test_an_epoch_only_grows_and_numbers_are_named_in_one_way(
    tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    home = found(tmp_path, "https://keys.example.org")
    refused = deal_next(tmp_path / "next", deal(tmp_path / "dealt", home), *arguments, home.card)
    assert refused.exit_code == 1
    assert told in refused.output
    assert not (tmp_path / "next").exists()


def test_another_deployments_transcript_and_one_office_twice_are_refused(tmp_path: Path) -> None:
    homes = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        homes.append(found(tmp_path / name, "https://keys.example.org", f"test-{name}"))
    dealt = deal(tmp_path / "dealt", homes[0])
    assert "another deployment's" in deal_next(tmp_path / "next", dealt, homes[1].card).output
    twice = deal_next(tmp_path / "next", dealt, homes[0].card, homes[0].card)
    assert "the number 1" in twice.output


def test_rotation_begins_with_a_share_and_never_goes_back(home: Home, tmp_path: Path) -> None:
    assert "nothing was changed" in begin(home, tmp_path / "second").output
    home.share_of(1).unlink()
    late = begin(home, tmp_path / "first")
    assert late.exit_code == 1
    assert "epoch 2 has begun here already" in late.output
    assert not home.share_of(1).exists()
    (tmp_path / "other").mkdir()
    new = found(tmp_path / "other", "https://keys.example.org")
    assert "share accept" in begin(new, tmp_path / "second").output


def test_a_destroyed_share_is_overwritten_removed_and_on_record(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = home.folder.parent / "kept"
    os.link(home.share_of(1), kept)  # what the disk holds where the file was
    before = kept.read_bytes()
    synced: list[str] = []
    fsync = os.fsync

    def watch(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").resolve().name)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watch)
    done = finish(home, 1, "--yes")
    assert done.exit_code == 0, done.output
    assert list(home.shares) == [2]
    assert len(kept.read_bytes()) == len(before)
    pieces = {before[place : place + 16] for place in range(len(before) - 16)}
    assert not [piece for piece in pieces if piece in kept.read_bytes()]
    assert acts(home) == [("share-destroyed", "epoch 1")]
    assert synced[-1] == home.folder.name
    assert "share-1.destroyed" in synced
    for told in ("share-1.locked", "sealed share", "Restart", "snapshots"):
        assert told in done.output
    again = finish(home, 1, "--yes")
    assert again.exit_code == 1
    assert "no share of epoch 1" in again.output
    assert len(acts(home)) == 1


def acts(home: Home) -> list[tuple[str, str]]:
    """What of destructions is on the office's log."""
    with opening.reach(home) as call:
        details = call("details", 0, call("state")["size"])
    entries = [Entry.parse(one[SALT_LENGTH:]) for one in details]
    return [(entry.code, entry.department) for entry in entries if entry.code == "share-destroyed"]


def test_the_newest_share_is_not_destroyed_and_nobody_is_not_asked(home: Home) -> None:
    newest = finish(home, 2, "--yes")
    assert newest.exit_code == 1
    assert "the one that answers" in newest.output
    assert finish(home, 1).exit_code == 1
    assert list(home.shares) == [1, 2]
    assert acts(home) == []


@pytest.mark.parametrize("step", ["destruction._overwrite", "log.opening.record"])
def test_an_interrupted_destruction_is_finished_later(home: Home, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def fail(*_: object) -> None:
        raise OSError("I/O error") if step.endswith("write") else LogError("the service does not answer")

    with monkeypatch.context() as patched:
        patched.setattr(f"obacht_keys.{step}", fail)
        assert finish(home, 1, "--yes").exit_code == 1
    assert list(home.shares) == [2], "nobody opens it any more"
    assert finish(home, 1, "--yes").exit_code == 0
    assert not list(home.folder.glob("*.destroyed"))
    assert acts(home) == [("share-destroyed", "epoch 1")]


def test_a_share_that_somebody_may_still_need_is_not_destroyed(home: Home) -> None:
    put_descriptor(home)  # names epoch 1
    refused = finish(home, 1, "--yes")
    assert refused.exit_code == 1
    assert "--drop-epoch 1" in refused.output
    assert list(home.shares) == [1, 2]


def test_doctor_reminds_of_a_share_whose_epoch_is_over(home: Home) -> None:
    (named,) = make_deployment("test-keys").descriptor.epochs
    put_descriptor(home, epochs=[named, replace(named, number=2)])
    assert "names epoch 1, 2; no older share is here" in run("--home", home.folder, "doctor").output
    home.descriptor.unlink()
    put_descriptor(home, epochs=[replace(named, number=2)])
    assert "mend it with: obacht-keys rotate finish --epoch 1" in run("--home", home.folder, "doctor").output
    assert finish(home, 1, "--yes").exit_code == 0
    assert "names epoch 2; no older share is here" in run("--home", home.folder, "doctor").output


def test_an_office_that_was_made_anew_under_its_address_keeps_its_number(tmp_path: Path) -> None:
    homes = []
    for folder in ("it", "council", "council-again"):
        (tmp_path / folder).mkdir()
        name = folder.removesuffix("-again")
        homes.append(found(tmp_path / folder, f"https://{name}.example.org", name=name))
    first = deal(tmp_path / "first", *homes[:2], needed=2)
    assert deal_next(tmp_path / "second", first, homes[2].card, homes[0].card).exit_code == 0
    assert indices(tmp_path / "second") == {"it": 1, "council": 2}
    assert accept(homes[2], tmp_path / "second", 2).exit_code == 0


def test_a_ceremony_that_names_another_log_is_refused(home: Home, tmp_path: Path) -> None:
    dealt = tmp_path / "third"
    assert deal_next(dealt, tmp_path / "second", home.card).exit_code == 0
    (tmp_path / "other").mkdir()
    other = json.loads(found(tmp_path / "other", "https://keys.example.org").card.read_bytes())
    card = json.loads(home.card.read_bytes()) | {"log": other["log"]}
    home.card.write_bytes(canonical_json(card))
    refused = begin(home, dealt)
    assert refused.exit_code == 1
    assert "another log" in refused.output
    assert list(home.shares) == [1, 2]


@pytest.mark.sockets
def test_running_workers_stop_answering_for_a_destroyed_share(tmp_path: Path) -> None:
    made = found(tmp_path, free_origin())
    first = deal(tmp_path / "first", made, epoch=1)
    accept(made, first)
    deal_next(tmp_path / "second", first, made.card)
    begin(made, tmp_path / "second")
    (named,) = make_deployment("test-keys").descriptor.epochs
    put_descriptor(made, epochs=[replace(named, number=2)])
    desk = add_device(made)
    with Server(made, workers=2) as server:
        for epoch in (1, 2):
            assert [server.ask(desk, question(epoch=epoch)).status_code for _ in range(8)] == [200] * 8
        assert finish(made, 1, "--yes").exit_code == 0
        time.sleep(LOOK_EVERY + 0.1)
        assert [code(server.ask(desk, question(epoch=1))) for _ in range(8)] == ["epoch"] * 8
        assert [server.ask(desk, question(epoch=2)).status_code for _ in range(8)] == [200] * 8
