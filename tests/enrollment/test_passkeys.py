"""Passkeys: only the one that was registered, for this office, now, by a person who was verified."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from authenticator import Authenticator
from obacht_enrollment.accounts import flows, passkeys, passwords, users
from obacht_enrollment.accounts.roles import User
from obacht_enrollment.accounts.tables import PasskeyRow, UserRow
from obacht_enrollment.accounts.user_store import UserStore
from obacht_enrollment.errors import AccountError, OfficeError, SignInError
from obacht_enrollment.office import Office
from safety_office import NOW, Site
from workplace import CHEAP


@pytest.fixture
def office(empty: Site, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr(passwords, "HASHER", CHEAP)
    return empty.office


@pytest.fixture
def user(office: Office) -> User:
    return users.add(office, None, login="wanda", name="Wanda", roles=["head"], now=NOW).user


def register(office: Office, user: User, device: Authenticator, label: str = "Schlüssel") -> Authenticator:
    options = passkeys.begin_registering(office, user, NOW)
    passkeys.register(office, user, device.create(options), label, NOW)
    return device


def sign_in(office: Office, device: Authenticator, now: int = NOW) -> User:
    return passkeys.sign_in(office, device.get(passkeys.begin_sign_in(office, now)), now)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(OfficeError) as error:
        act()
    return error.value.code


def test_several_passkeys_of_a_user_each_sign_them_in(office: Office, user: User) -> None:
    devices = [register(office, user, Authenticator(), f"Schlüssel {number}") for number in (1, 2)]
    for number, device in enumerate(devices):
        assert sign_in(office, device, NOW + number) == user
    assert [(each.label, each.used) for each in passkeys.own(office, user)] == [
        ("Schlüssel 1", NOW),
        ("Schlüssel 2", NOW + 1),
    ]
    assert [event.what for event in users.events(office, user.id)] == ["passkey-added", "passkey-added", "added"]


def test_a_passkey_of_another_page_site_or_unverified_person_is_not_taken(office: Office, user: User) -> None:
    wrong = (
        Authenticator(origin="http://localhost:9999"),
        Authenticator(origin="https://localhost:8300"),
        Authenticator(rp_id="evil.example"),
        Authenticator(verifies=False),
    )
    for device in wrong:
        assert refused(partial(register, office, user, device)) == "passkey"
    assert passkeys.own(office, user) == []
    good = register(office, user, Authenticator())
    for device in wrong:
        lying = replace(device, key=good.key, credential_id=good.credential_id, handle=good.handle)
        assert refused(partial(sign_in, office, lying)) == "passkey"
    assert sign_in(office, good) == user


def test_an_answer_counts_once_and_only_to_what_was_asked_lately(office: Office, user: User) -> None:
    device = register(office, user, Authenticator())
    answer = device.get(passkeys.begin_sign_in(office, NOW))
    assert passkeys.sign_in(office, answer, NOW) == user
    assert refused(lambda: passkeys.sign_in(office, answer, NOW)) == "passkey"
    late = device.get(passkeys.begin_sign_in(office, NOW))
    assert refused(lambda: passkeys.sign_in(office, late, NOW + flows.SECONDS)) == "passkey"
    unasked = device.get('{"challenge": "AAAA"}')
    assert refused(lambda: passkeys.sign_in(office, unasked, NOW)) == "passkey"
    to_register = device.get(passkeys.begin_registering(office, user, NOW))
    assert refused(lambda: passkeys.sign_in(office, to_register, NOW)) == "passkey"


def test_a_copy_gives_itself_away_by_its_counter(office: Office, user: User) -> None:
    device = register(office, user, Authenticator())
    copy = replace(device)
    sign_in(office, device)
    assert refused(lambda: sign_in(office, copy)) == "passkey"
    assert sign_in(office, device) == user


def test_a_copy_that_comes_at_the_same_moment_gives_itself_away(
    office: Office, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = register(office, user, Authenticator())
    copy, find = replace(device), UserStore.passkey

    def find_and_meanwhile(store: UserStore, credential: bytes) -> tuple[PasskeyRow, UserRow] | None:
        found = find(store, credential)
        monkeypatch.setattr(UserStore, "passkey", find)
        assert sign_in(office, device) == user
        return found

    monkeypatch.setattr(UserStore, "passkey", find_and_meanwhile)
    assert refused(lambda: sign_in(office, copy)) == "passkey"


def test_a_forged_signature_an_unknown_key_and_another_handle_open_nothing(office: Office, user: User) -> None:
    device = register(office, user, Authenticator())
    other = users.add(office, None, login="zoe", name="Zoë", roles=["approver"], now=NOW).user
    others = register(office, other, Authenticator())
    forged = replace(Authenticator(), credential_id=device.credential_id, handle=device.handle)
    assert refused(lambda: sign_in(office, forged)) == "passkey"
    assert refused(lambda: sign_in(office, Authenticator())) == "passkey"
    swapped = replace(device, handle=others.handle)
    assert refused(lambda: sign_in(office, swapped)) == "passkey"


def test_a_disabled_user_signs_in_no_more(office: Office, user: User) -> None:
    device = register(office, user, Authenticator())
    users.add(office, None, login="lea", name="Lea", roles=["head"], now=NOW)
    users.disable(office, None, user.id, NOW)
    assert refused(lambda: sign_in(office, device)) == "passkey"


def test_a_passkey_is_registered_by_whoever_asked_and_once(office: Office, user: User) -> None:
    other = users.add(office, None, login="zoe", name="Zoë", roles=["approver"], now=NOW).user
    device = Authenticator()
    answer = device.create(passkeys.begin_registering(office, other, NOW))
    assert refused(lambda: passkeys.register(office, user, answer, "Meiner", NOW)) == "passkey"
    register(office, user, device)
    assert refused(lambda: register(office, other, device)) == "passkey-known"


@pytest.mark.parametrize("label", ["", "  ", "x" * 61, "a\nb\x07"])
def test_a_passkey_needs_a_label(office: Office, user: User, label: str) -> None:
    assert refused(lambda: register(office, user, Authenticator(), label)) == "passkey-label"


def test_there_is_a_most_of_passkeys(office: Office, user: User) -> None:
    for _ in range(passkeys.MOST):
        register(office, user, Authenticator())
    assert refused(lambda: register(office, user, Authenticator())) == "passkey-many"


def test_the_only_way_in_is_not_removed(office: Office, user: User) -> None:
    register(office, user, Authenticator())
    (only,) = passkeys.own(office, user)
    assert refused(lambda: passkeys.remove(office, user, only.number, NOW)) == "only-way"
    register(office, user, Authenticator())
    passkeys.remove(office, user, only.number, NOW)
    assert [each.number for each in passkeys.own(office, user)] == [only.number + 1]


def test_nobody_removes_a_passkey_of_somebody_else(office: Office, user: User) -> None:
    other = users.add(office, None, login="zoe", name="Zoë", roles=["approver"], now=NOW).user
    register(office, user, Authenticator())
    register(office, other, Authenticator())
    (mine,) = passkeys.own(office, user)
    with pytest.raises(AccountError):
        passkeys.remove(office, other, mine.number + 1, NOW)
    register(office, other, Authenticator())
    passkeys.remove(office, other, mine.number, NOW)
    assert passkeys.own(office, user) == [mine]


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"response": 1},
        {"response": {}},
        {"response": {"clientDataJSON": "e30"}},
        {"response": {"clientDataJSON": "!"}},
    ],
)
def test_nonsense_is_refused(office: Office, user: User, sent: dict[str, object]) -> None:
    with pytest.raises(SignInError):
        passkeys.sign_in(office, sent, NOW)
    with pytest.raises(SignInError):
        passkeys.register(office, user, sent, "Schlüssel", NOW)


def test_an_office_without_a_name_has_no_passkeys(office: Office) -> None:
    assert passkeys.are_possible(office)
    settings = replace(office.settings, origin="http://127.0.0.1:8300")
    assert not passkeys.are_possible(replace(office, settings=settings))


def test_a_reset_takes_the_passkeys_away(office: Office, user: User) -> None:
    device = register(office, user, Authenticator())
    users.reset(office, None, user.id, NOW)
    assert refused(lambda: sign_in(office, device)) == "passkey"
    assert passkeys.own(office, user) == []
