"""The matcher's settings: written once, read strictly, and never a password where others can read it."""

from pathlib import Path

import pytest

from deployment import Deployment
from matcher_site import settings_for
from obacht_matcher.errors import SettingsError
from obacht_matcher.settings import FILE, Settings

SECRET = "redis://matcher:geheim@127.0.0.1:6379/0"


@pytest.fixture
def written(town: Deployment, tmp_path: Path) -> Path:
    """A home with its first settings."""
    home = tmp_path / "home"
    settings_for(town, home).write()
    return home


def change(home: Path, old: str, new: str) -> None:
    text = (home / FILE).read_text()
    assert old in text
    (home / FILE).write_text(text.replace(old, new))


def test_what_was_written_is_read(written: Path, town: Deployment) -> None:
    assert Settings.load(written) == settings_for(town, written)
    assert (written / FILE).stat().st_mode & 0o777 == 0o600
    assert written.stat().st_mode & 0o777 == 0o700


def test_settings_are_never_overwritten(written: Path, town: Deployment) -> None:
    before = (written / FILE).read_text()
    with pytest.raises(SettingsError, match="cannot be written"):
        settings_for(town, written).write()
    assert (written / FILE).read_text() == before


def test_every_setting_is_documented(written: Path) -> None:
    blocks = (written / FILE).read_text().split("\n\n")
    for name in ("deployment", "office", "redis", "grace", "register_limit"):
        (block,) = (block for block in blocks if f"\n{name} = " in f"\n{block}")
        assert block.startswith("#")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("deployment = ", "deployment = 7 #", "deployment is of another type"),
        ('deployment = "test', 'deployment = "Test', "deployment"),
        ("deployment = ", "# ", "deployment is missing"),
        ("http://127.0.0.1", "http://example.org", "https://host"),
        ("office = ", 'office = "x" #', "verify keys"),
        ("grace = 600", "grace = true", "grace is of another type"),
        ("grace = 600", "grace = -1", "out of range"),
        ("register_limit = ", "register_limit = 0 #", "out of range"),
        ('redis = ""', 'redis = "http://x"', "must begin with"),
        ("grace = 600", "grace = 600\nmax = 1", "no setting max"),
        ("grace = 600", "grace", "not TOML"),
    ],
)
def test_a_wrong_setting_is_named(written: Path, old: str, new: str, message: str) -> None:
    change(written, old, new)
    with pytest.raises(SettingsError, match=message):
        Settings.load(written)


def test_the_two_roots_of_trust_must_differ(town: Deployment, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="different keys"):
        Settings(tmp_path, town.name, town.descriptor.matcher, town.office.verify_key, town.office.verify_key)


def test_missing_settings_say_what_writes_them(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"serve --deployment ID --origin URL --office-key VKEY"):
        Settings.load(tmp_path)


def test_unreadable_settings_are_said_so(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"\xff")
    with pytest.raises(SettingsError, match="cannot be read"):
        Settings.load(tmp_path)


def test_a_password_that_others_may_read_is_refused_and_never_shown(written: Path) -> None:
    change(written, 'redis = ""', f'redis = "{SECRET}"')
    (written / FILE).chmod(0o640)
    with pytest.raises(SettingsError, match="chmod 600") as caught:
        Settings.load(written)
    (written / FILE).chmod(0o600)
    settings = Settings.load(written)
    assert settings.redis == SECRET
    assert "geheim" not in repr(settings) + str(caught.value)


def test_a_broken_line_with_a_password_is_not_quoted(written: Path) -> None:
    change(written, 'redis = ""', f'redis = "{SECRET}')
    with pytest.raises(SettingsError) as caught:
        Settings.load(written)
    assert "geheim" not in str(caught.value)


def test_the_url_may_come_as_a_credential(
    written: Path, town: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert Settings.load(written) == settings_for(town, written)
    (tmp_path / "redis-url").write_text(SECRET + "\n")
    assert Settings.load(written).redis == SECRET
    (tmp_path / "redis-url").write_bytes(b"\xff")
    with pytest.raises(SettingsError, match="credential"):
        Settings.load(written)
