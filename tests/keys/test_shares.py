"""An office answers for every epoch whose share it holds, and for none whose share was destroyed."""

import shutil
from pathlib import Path

import pytest

from key_office import PASSPHRASE, Office, accept, add_device, code, deal, found, put_descriptor, question, run
from obacht_keys.custody import Custody
from obacht_keys.errors import CustodyError
from obacht_keys.settings import Home, Settings
from obacht_keys.shares import LOOK_EVERY, Shares
from obacht_protocol import oprf
from obacht_protocol.messages import EvaluationResponse

ORIGIN = "https://keys.example.org"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An office in the grace period between two epochs; ten comes after nine."""
    made = found(tmp_path, ORIGIN)
    for epoch in (9, 10):
        assert accept(made, deal(tmp_path / str(epoch), made, epoch=epoch)).exit_code == 0
    put_descriptor(made)
    return made


def unlocked(home: Home) -> Shares:
    return Shares.unlock(home.shares, Settings.load(home).deployment, PASSPHRASE.encode())


def test_every_epoch_is_answered_with_its_own_share(home: Home) -> None:
    desk = add_device(home)
    office = Office(home)
    try:
        for epoch in (9, 10):
            asked = question(epoch=epoch)
            answer = EvaluationResponse.parse(office.ask(desk, asked).content)
            share = Custody.unlock(home.share_of(epoch).read_bytes(), PASSPHRASE.encode()).facts.public_share
            oprf.verify_proof(share, list(asked.elements), list(answer.evaluated), answer.proof)
        assert code(office.ask(desk, question(epoch=8))) == "epoch"
    finally:
        office.close()


def test_a_destroyed_share_is_no_longer_used_within_a_second(home: Home) -> None:
    now = 100.0
    opened = {
        epoch: (path, Custody.unlock(path.read_bytes(), PASSPHRASE.encode())) for epoch, path in home.shares.items()
    }
    shares = Shares(opened, lambda: now)
    assert list(shares) == [9, 10]
    home.share_of(9).unlink()
    now += LOOK_EVERY
    assert list(shares) == [10]
    assert shares.get(9) is None
    with pytest.raises(KeyError):
        shares[9]
    home.share_of(9).write_bytes(b"anything")
    now += LOOK_EVERY
    assert 9 not in shares


def test_a_folder_that_cannot_be_read_for_a_moment_costs_no_share(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    shares = Shares({9: (home.share_of(9), unlocked(home)[9])}, lambda: now)

    def fail(_: Path) -> None:
        raise OSError("I/O error")

    monkeypatch.setattr(Path, "stat", fail)
    now += LOOK_EVERY
    assert len(shares) == 1


def test_no_share_is_served_under_another_name_or_for_another_deployment(home: Home) -> None:
    shutil.copyfile(home.share_of(9), home.share_of(11))
    with pytest.raises(CustodyError, match="epoch 9"):
        unlocked(home)
    home.share_of(11).unlink()
    home.settings.write_text(home.settings.read_text().replace("test-keys", "test-other"))
    with pytest.raises(CustodyError, match="another deployment's"):
        unlocked(home)


def test_doctor_knows_every_share(home: Home) -> None:
    told = run("--home", home.folder, "doctor", "--passphrase-file", home.folder.parent / "passphrase").output
    assert "epoch 9, office 1, 1 needed; epoch 10, office 1, 1 needed" in told
    assert "epoch 9, 10" in run("--home", home.folder, "doctor").output
    for path in home.shares.values():
        path.unlink()
    assert "obacht-keys share accept" in run("--home", home.folder, "doctor").output
