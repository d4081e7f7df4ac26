"""Private files and passphrases."""

import io
from pathlib import Path

import pytest

from obacht_service import files, passphrases
from obacht_service.errors import FileError, PassphraseError


def never() -> str:
    raise AssertionError


def test_a_file_is_private_and_never_replaced(tmp_path: Path) -> None:
    folder = files.private_folder(tmp_path / "home")
    assert folder.stat().st_mode & 0o777 == 0o700
    files.write_new(folder / "key", b"first")
    assert (folder / "key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileError, match="never overwritten"):
        files.write_new(folder / "key", b"second")
    assert files.read(folder / "key") == b"first"
    assert [path.name for path in folder.iterdir()] == ["key"]


def test_what_cannot_be_written_or_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FileError, match="cannot be made"):
        files.private_folder(tmp_path / "file" / "home")
    with pytest.raises(FileError, match="cannot be written"):
        files.write_new(tmp_path / "nowhere" / "key", b"")
    with pytest.raises(FileError, match="cannot be read"):
        files.read(tmp_path / "nowhere")
    with pytest.raises(FileError, match="cannot be found"):
        files.open_to_others(tmp_path / "nowhere")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.touch(mode=0o600)
    path.write_text("correct horse battery\nsecond line\n")
    return path


def test_a_passphrase_is_the_first_line_of_a_closed_file(file: Path) -> None:
    assert passphrases.read(file, never) == b"correct horse battery"
    file.chmod(0o640)
    with pytest.raises(PassphraseError, match="chmod 600"):
        passphrases.read(file, never)


def test_the_systemd_credential_is_found(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(file.parent))
    assert passphrases.read(None, never) == b"correct horse battery"
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(file.parent / "nowhere"))
    with pytest.raises(PassphraseError, match="no terminal"):
        passphrases.read(None, never)


def test_a_person_is_asked_only_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)
    assert passphrases.read(None, lambda: "typed in") == b"typed in"
    with pytest.raises(PassphraseError, match="empty"):
        passphrases.read(None, lambda: "")
    with pytest.raises(PassphraseError, match="12 letters"):
        passphrases.read(None, lambda: "typed in", new=True)


def test_a_file_that_holds_no_passphrase_is_named(file: Path) -> None:
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(PassphraseError, match="cannot be read"):
        passphrases.read(file, never)
    with pytest.raises(PassphraseError, match="cannot be read"):
        passphrases.read(file.parent / "nowhere", never)
