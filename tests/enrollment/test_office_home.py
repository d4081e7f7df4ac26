"""Making an office and opening it again; its settings say what is wrong with them."""

import re
from pathlib import Path

import pytest

import obacht_enrollment
from obacht_enrollment import words
from obacht_enrollment.errors import HomeError, SettingsError, StoreError, VaultError
from obacht_enrollment.home import Home
from obacht_enrollment.keyring import PublicKeys
from obacht_enrollment.office import Office, descriptor_in_force
from obacht_enrollment.settings import Settings, new_settings
from obacht_protocol.locks import CHEAPEST
from safety_office import MATCHER, PASSPHRASE, Site, make_office

TEXT = new_settings(deployment="test-town", matcher=MATCHER, office='Amt "Süd"', phone="0221", stretch="CHEAPEST")


def test_an_office_opens_again_with_the_same_keys(empty: Site) -> None:
    again = Office.open(empty.office.home.folder, PASSPHRASE)
    assert again.keys.root == empty.office.keys.root
    assert again.keys.head.verify_key == PublicKeys(again.home).head
    assert len({again.keys.root.seed, again.keys.head.seed, again.keys.publisher.seed}) == 3
    again.close()
    with pytest.raises(VaultError, match="passphrase"):
        Office.open(empty.office.home.folder, b"another passphrase")


def test_nothing_is_made_twice(empty: Site) -> None:
    before = {path.name: path.read_bytes() for path in empty.office.home.folder.iterdir()}
    with pytest.raises(HomeError, match="office-exists"):
        make_office(empty.office.home.folder)
    assert {path.name: path.read_bytes() for path in empty.office.home.folder.iterdir()} == before


def test_a_making_that_was_interrupted_is_finished_with_the_keys_that_are_there(tmp_path: Path) -> None:
    first = make_office(tmp_path)
    root = first.keys.root
    first.close()
    for name in ("office.toml", "public.json", "office.db", "report.key"):
        (tmp_path / name).unlink()
    second = Office.create(tmp_path, PASSPHRASE, TEXT, CHEAPEST)
    assert second.keys.root == root
    second.close()


def test_a_root_key_that_lies_elsewhere_is_missed_only_when_signing(site: Site) -> None:
    site.office.home.path("root.key").unlink()
    assert site.publish().sequence == 1
    with pytest.raises(HomeError, match="file-read"):
        site.sign_descriptor()


def test_keys_do_not_lie_open(empty: Site) -> None:
    seeds = (empty.office.keys.root.seed, empty.office.keys.head.seed, empty.office.keys.publisher.seed)
    data = b"".join(path.read_bytes() for path in empty.office.home.folder.iterdir())
    assert not [seed for seed in seeds if seed in data]
    assert PASSPHRASE not in data


def test_a_missing_part_is_named(tmp_path: Path) -> None:
    with pytest.raises(HomeError, match="office-missing"):
        Office.open(tmp_path, PASSPHRASE)
    make_office(tmp_path / "office").close()
    (tmp_path / "office" / "office.db").unlink()
    with pytest.raises(StoreError, match="database-missing"):
        Office.open(tmp_path / "office", PASSPHRASE)


def test_a_descriptor_that_was_tampered_with_is_not_used(site: Site) -> None:
    note = site.office.home.read("descriptor.in-force.note")
    site.office.home.replace("descriptor.in-force.note", note.replace(b"0221 1", b"0221 2"))
    with pytest.raises(Exception, match="descriptor-signatures"):
        descriptor_in_force(site.office.home)


def test_the_first_settings_are_good_as_they_are() -> None:
    settings = Settings.parse(TEXT)
    assert settings.contacts[0].office == 'Amt "Süd"'
    assert (settings.head_lifetime, settings.renew_minutes, settings.default_contact) == (48 * 3600, 60, 1)
    other = new_settings(deployment="a", matcher=MATCHER, office="b", phone="c", stretch="HARDENED")
    assert Settings.parse(other).stretch == "HARDENED"


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ('deployment = "test-town"', 'deployment = "Test Town"', "deployment"),
        ('deployment = "test-town"', "", "deployment"),
        (f'"{MATCHER}"', '"http://matcher.example.org"', "matcher"),
        ("head_hours = 48", "head_hours = 23", "head_hours"),
        ("head_hours = 48", "head_hours = 73", "head_hours"),
        ("head_hours = 48", 'head_hours = "48"', "head_hours"),
        ("renew_minutes = 60", "renew_minutes = 0", "renew_minutes"),
        ("renew_minutes = 60", "renew_minutes = 61", "renew_minutes"),
        ("renew_minutes = 60", "demonstration = 1", "demonstration"),
        ("default_contact = 1", "default_contact = 2", "default_contact"),
        ('"127.0.0.1:8300"', '"8300"', "listen"),
        ('"127.0.0.1:8300"', '"127.0.0.1:99999"', "listen"),
        ('stretch = "CHEAPEST"', 'stretch = "NONE"', "stretch"),
        ("number = 1", 'number = "1"', "contacts.number"),
        ("number = 1", "nummer = 1", "contacts.nummer"),
        ('id = "einsatz"', 'id = "Einsatz!"', "purposes"),
        ('phone = "0221"', "", "contacts.phone"),
        ("[canary]", "[kanarienvogel]", "canary"),
        ("head_hours", "head_stunden", "head_stunden"),
    ],
)
def test_a_wrong_setting_is_named(old: str, new: str, name: str) -> None:
    assert old in TEXT
    with pytest.raises(SettingsError) as caught:
        Settings.parse(TEXT.replace(old, new))
    assert caught.value.details["name"] == name
    assert name in words.sentence(caught.value, "de")


def test_settings_that_are_no_toml_are_refused() -> None:
    for text in ("deployment", "contacts = 1", "[[contacts]]\n[contacts]"):
        with pytest.raises(SettingsError):
            Settings.parse(text)


def test_settings_of_another_deployment_than_the_keys_are_refused(empty: Site) -> None:
    path = empty.office.home.path("office.toml")
    path.write_text(path.read_text().replace("test-town", "test-elsewhere"))
    with pytest.raises(SettingsError, match="deployment"):
        Office.open(empty.office.home.folder, PASSPHRASE)
    path.write_bytes(b"\xff")
    with pytest.raises(SettingsError, match="toml"):
        Office.open(empty.office.home.folder, PASSPHRASE)


def test_a_disk_that_does_not_take_a_file_is_named(tmp_path: Path) -> None:
    home = Home(tmp_path / "file" / "office")
    (tmp_path / "file").touch()
    for attempt in (home.create, home.open_to_others, lambda: home.replace("x", b""), lambda: home.write_new("x", b"")):
        with pytest.raises(HomeError) as caught:
            attempt()
        assert str(tmp_path) in words.sentence(caught.value, "de")


def test_a_file_is_replaced_whole_and_stays_private(tmp_path: Path) -> None:
    home = Home(tmp_path / "office")
    home.create()
    home.replace("note", b"one")
    home.replace("note", b"two")
    assert home.read("note") == b"two"
    assert home.path("note").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in home.folder.iterdir()] == ["note"]


def test_every_code_of_an_error_has_a_sentence_in_both_languages() -> None:
    folder = Path(obacht_enrollment.__file__).parent
    sources = "\n".join(path.read_text() for path in folder.rglob("*.py"))
    kinds = "Home|Settings|Vault|Store|ImportFile|DescriptorDraft|Enrolling|Publishing|Case"
    raised = set(re.findall(rf'(?:{kinds})Error\(\s*"([a-z-]+)"', sources))
    assert len(raised) > 30
    assert raised <= words._EVERY_SENTENCE.keys() | {"obstacles"}, "what is missing is told line by line"
