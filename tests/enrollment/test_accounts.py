"""Users, passwords and sessions: who gets in, who does not, and what is left of a secret."""

import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_enrollment.accounts import browsers, lockout, passwords, sessions, signing_in, users
from obacht_enrollment.accounts.lockout import Patience
from obacht_enrollment.accounts.roles import ALONE, MATRIX, Right, Role, User, check_roles, require
from obacht_enrollment.accounts.sessions import Origin
from obacht_enrollment.errors import AccountError, ForbiddenError, OfficeError, SignInError
from obacht_enrollment.office import Office
from postgres import BOTH
from safety_office import NOW, Site
from workplace import CHEAP

DATABASES = BOTH
PASSWORD = "invented words in a row"
DESK = Origin("192.0.2.7", "Firefox, Linux")


@pytest.fixture
def office(empty: Site, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr(passwords, "HASHER", CHEAP)
    return empty.office


def add(office: Office, login: str, *roles: Role, now: int = NOW) -> User:
    """Add a user who has set the password."""
    added = users.add(office, None, login=login, name=f"{login} Müller", roles=roles or [Role.CASE_WORKER], now=now)
    return users.redeem(office, login, added.code, PASSWORD, now)


def fail(office: Office, login: str, address: str = "", browser: str = "") -> None:
    """Fail with a login until one has to wait."""
    for _ in range(lockout.LOGIN.free):
        with pytest.raises(SignInError):
            signing_in.sign_in(office, login, "wrong words in a row", address, NOW, browser=browser)


def code(error: pytest.ExceptionInfo[OfficeError]) -> str:
    return error.value.code


def test_the_auditor_and_the_operator_read_no_records() -> None:
    for role in ALONE:
        assert not MATRIX[role] & {Right.READ_CASES, Right.EDIT_CASES, Right.APPROVE, Right.MANAGE_USERS}
    assert Right.READ_DECISIONS in MATRIX[Role.AUDITOR]
    assert Right.READ_DECISIONS not in MATRIX[Role.OPERATOR]


def test_only_the_head_manages_users() -> None:
    assert [role for role in Role if Right.MANAGE_USERS in MATRIX[role]] == [Role.HEAD]


@given(st.sets(st.sampled_from(Role)))
def test_who_audits_or_operates_has_no_other_role(roles: set[Role]) -> None:
    try:
        assert check_roles(roles) == roles
    except AccountError:
        assert not roles or (len(roles) > 1 and roles & ALONE)
    else:
        assert roles
        assert len(roles) == 1 or not roles & ALONE


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(AccountError) as error:
        check_roles(["emperor"])
    assert code(error) == "roles-unknown"


@given(st.sampled_from(Role), st.sampled_from(Right))
def test_a_right_is_had_or_refused(role: Role, right: Right) -> None:
    user = User(1, "u", "U", frozenset({role}))
    if right in MATRIX[role]:
        assert require(user, right) is user
    else:
        with pytest.raises(ForbiddenError):
            require(user, right)


def test_a_user_sets_a_password_with_the_code_and_signs_in(office: Office) -> None:
    added = users.add(office, None, login=" Wanda.Werk ", name="Wanda  Werk", roles=["case_worker"], now=NOW)
    assert added.user == User(1, "wanda.werk", "Wanda Werk", frozenset({Role.CASE_WORKER}))
    typed = added.code.lower().replace("-", " ")
    assert users.redeem(office, "wanda.werk", typed, PASSWORD, NOW + 5) == added.user
    assert signing_in.sign_in(office, "WANDA.werk ", PASSWORD, "192.0.2.7", NOW + 6) == added.user
    assert [event.what for event in users.events(office, 1)] == ["password", "added"]


def test_a_code_is_good_once_for_its_user_and_not_for_ever(office: Office) -> None:
    added = users.add(office, None, login="wanda", name="Wanda", roles=["case_worker"], now=NOW)
    other = users.add(office, None, login="zoe", name="Zoë", roles=["approver"], now=NOW)
    for login, given_code, now in (
        ("wanda", other.code, NOW),
        ("nobody", added.code, NOW),
        ("wanda", "", NOW),
        ("wanda", added.code, NOW + users.CODE_SECONDS),
    ):
        with pytest.raises(SignInError) as error:
            users.redeem(office, login, given_code, PASSWORD, now)
        assert code(error) == "code"
    users.redeem(office, "wanda", added.code, PASSWORD, NOW)
    with pytest.raises(SignInError):
        users.redeem(office, "wanda", added.code, PASSWORD, NOW)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "password-short"),
        ("x" * 257, "password-long"),
        ("aaaaaaaaaaaaaaaa", "password-plain"),
        ("wanda.werk1234", "password-plain"),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused_and_the_code_stays_good(
    office: Office, password: str, why: str
) -> None:
    added = users.add(office, None, login="wanda.werk", name="Wanda", roles=["case_worker"], now=NOW)
    for _ in range(lockout.LOGIN.free + 1):
        with pytest.raises(AccountError) as error:
            signing_in.redeem(office, "wanda.werk", added.code, password, address="", now=NOW)
        assert code(error) == why
    signing_in.redeem(office, "wanda.werk", added.code, PASSWORD, address="", now=NOW)


def test_unknown_disabled_and_wrong_are_told_alike_and_take_as_long(office: Office) -> None:
    add(office, "wanda")
    gone = add(office, "gone")
    users.add(office, None, login="fresh", name="Fresh", roles=["head"], now=NOW)
    users.disable(office, None, gone.id, NOW)
    passwords.HASHER = type(CHEAP)(time_cost=40, memory_cost=4096, parallelism=1)  # slow enough to be measured
    took = []
    for login, password in (("wanda", "wrong words in a row"), ("nobody", PASSWORD), ("fresh", PASSWORD)):
        if login == "wanda":
            users.set_password(office, users.find(office, login), PASSWORD, NOW, session=0)
        begin = time.process_time()
        with pytest.raises(SignInError) as error:
            signing_in.sign_in(office, login, password, "", NOW)
        took.append(time.process_time() - begin)
        assert code(error) == "sign-in"
    assert min(took) > max(took) / 4
    with pytest.raises(SignInError) as error:
        signing_in.sign_in(office, "gone", PASSWORD, "", NOW)
    assert code(error) == "sign-in"


def test_failures_make_one_wait_longer_and_longer_and_time_heals_it(office: Office) -> None:
    add(office, "wanda")
    now, waits = NOW, []
    for _ in range(lockout.LOGIN.free + 5):
        with pytest.raises(SignInError) as error:
            signing_in.sign_in(office, "wanda", "wrong words in a row", "", now)
        if code(error) == "sign-in-locked":
            minutes = error.value.details["minutes"]
            assert isinstance(minutes, int)
            waits.append(minutes)
            with pytest.raises(SignInError) as still:
                signing_in.sign_in(office, "wanda", PASSWORD, "", now)  # not even the right one
            assert code(still) == "sign-in-locked"
            now += minutes * 60
    assert waits == [1, 2, 4]
    assert signing_in.sign_in(office, "wanda", PASSWORD, "", now).login == "wanda"
    with pytest.raises(SignInError) as error:
        signing_in.sign_in(office, "wanda", "wrong words in a row", "", now)
    assert code(error) == "sign-in"


def test_a_login_that_nobody_has_locks_like_any_other(office: Office) -> None:
    for _ in range(lockout.LOGIN.free):
        with pytest.raises(SignInError):
            signing_in.sign_in(office, "nobody", PASSWORD, "", NOW)
    with pytest.raises(SignInError) as error:
        signing_in.sign_in(office, "nobody", PASSWORD, "", NOW)
    assert code(error) == "sign-in-locked"


def test_an_address_that_tries_many_logins_waits_and_others_do_not(office: Office) -> None:
    add(office, "wanda")
    for number in range(lockout.ADDRESS.free):
        with pytest.raises(SignInError):
            signing_in.sign_in(office, f"guess{number}", PASSWORD, "192.0.2.66", NOW)
    with pytest.raises(SignInError) as error:
        signing_in.sign_in(office, "wanda", PASSWORD, "192.0.2.66", NOW)
    assert code(error) == "sign-in-locked"
    assert signing_in.sign_in(office, "wanda", PASSWORD, "192.0.2.7", NOW).login == "wanda"


@pytest.mark.parametrize(
    ("first", "other", "one_site"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.66", "::ffff:192.0.2.66", True),
        ("192.0.2.66", "192.0.2.67", False),
    ],
)
def test_who_has_many_addresses_waits_as_long_as_who_has_one(
    office: Office, monkeypatch: pytest.MonkeyPatch, first: str, other: str, *, one_site: bool
) -> None:
    monkeypatch.setattr(lockout, "ADDRESS", Patience(free=2, first=60, longest=60, forget=3600))
    add(office, "wanda")
    for login in ("guess", "another"):
        with pytest.raises(SignInError):
            signing_in.sign_in(office, login, PASSWORD, first, NOW)
    if one_site:
        with pytest.raises(SignInError) as error:
            signing_in.sign_in(office, "wanda", PASSWORD, other, NOW)
        assert code(error) == "sign-in-locked"
    else:
        assert signing_in.sign_in(office, "wanda", PASSWORD, other, NOW).login == "wanda"


def test_nobody_keeps_a_colleague_out_by_failing_for_them(office: Office) -> None:
    user = add(office, "wanda")
    for number in range(lockout.ADDRESS.free // lockout.LOGIN.free):
        fail(office, f"guess{number}", "198.51.100.9")
    fail(office, "wanda")
    foreign = browsers.mark(office, "zoe")
    forged = browsers.mark(office, "wanda")[:32] + browsers.mark(office, "wanda")[32:]
    for mark in ("", foreign, forged, "nonsense", "ä"):
        with pytest.raises(SignInError) as error:
            signing_in.sign_in(office, "wanda", PASSWORD, "", NOW, browser=mark)
        assert code(error) == "sign-in-locked"
    own = browsers.mark(office, "wanda")
    assert signing_in.sign_in(office, "Wanda", PASSWORD, "198.51.100.9", NOW, browser=own) == user
    signing_in.confirm(office, user, PASSWORD, NOW)
    assert signing_in.at_command_line(office, "wanda", PASSWORD, NOW) == user
    with pytest.raises(SignInError) as error:
        signing_in.sign_in(office, "wanda", PASSWORD, "", NOW)  # strangers wait all the same
    assert code(error) == "sign-in-locked"


def test_a_mark_lets_nobody_guess_for_ever(office: Office) -> None:
    user = add(office, "wanda")
    own = browsers.mark(office, "wanda")
    fail(office, "wanda", browser=own)
    with pytest.raises(SignInError) as error:
        signing_in.sign_in(office, "wanda", PASSWORD, "", NOW, browser=own)
    assert code(error) == "sign-in-locked"
    assert signing_in.sign_in(office, "wanda", PASSWORD, "", NOW, browser=browsers.mark(office, "wanda")) == user


def test_who_acts_at_the_command_line_does_not_guess_for_ever(office: Office) -> None:
    add(office, "wanda")
    for why in (*["sign-in"] * lockout.LOGIN.free, "sign-in-locked"):
        with pytest.raises(SignInError) as error:
            signing_in.at_command_line(office, "Wanda ", "wrong words in a row", NOW)
        assert code(error) == why


def test_who_sits_at_an_open_session_does_not_guess_for_ever(office: Office) -> None:
    user = add(office, "wanda")
    for why in (*["sign-in"] * lockout.LOGIN.free, "sign-in-locked"):
        with pytest.raises(SignInError) as error:
            signing_in.confirm(office, user, "wrong words in a row", NOW)
        assert code(error) == why


def test_nobody_keeps_a_newcomer_out_by_failing_for_them(office: Office) -> None:
    added = users.add(office, None, login="wanda", name="Wanda", roles=["case_worker"], now=NOW)
    fail(office, "wanda")
    for _ in range(lockout.LOGIN.free):
        with pytest.raises(SignInError):
            signing_in.redeem(office, "wanda", "AAAAA", PASSWORD, address="198.51.100.9", now=NOW)
    assert signing_in.redeem(office, "wanda", added.code, PASSWORD, address="192.0.2.7", now=NOW) == added.user


@given(st.builds(Patience, *[st.integers(1, 10**6)] * 4), st.integers(0, 10**6))
def test_more_failures_never_mean_less_waiting(patience: Patience, failures: int) -> None:
    assert 0 <= patience.wait(failures) <= patience.wait(failures + 1) <= patience.longest


def test_a_password_is_kept_anew_when_the_cost_rises(office: Office) -> None:
    add(office, "wanda")
    passwords.HASHER = type(CHEAP)(time_cost=2, memory_cost=64, parallelism=1)
    signing_in.sign_in(office, "wanda", PASSWORD, "", NOW)
    passwords.HASHER = CHEAP
    assert signing_in.sign_in(office, "wanda", PASSWORD, "", NOW).login == "wanda"


def test_a_crowd_at_the_door_waits_in_few_of_the_threads_in_which_pages_are_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept, opened = passwords.new_hash(PASSWORD, "wanda"), threading.Event()

    class Slow:
        def verify(self, *_: str) -> None:
            opened.wait(5)

        def check_needs_rehash(self, _: str) -> bool:
            return False

    monkeypatch.setattr(passwords, "HASHER", Slow())
    with ThreadPoolExecutor(16) as threads:
        coming = [threads.submit(passwords.check, PASSWORD, kept) for _ in range(16)]
        turned_away = [one.exception() for one in itertools.islice(as_completed(coming, 4), 8)]
        opened.set()
        assert [error.code for error in turned_away if isinstance(error, SignInError)] == ["sign-in-busy"] * 8
        assert sum(one.exception() is None for one in coming) == 8


def test_the_last_head_stays(office: Office) -> None:
    head = add(office, "lea", Role.HEAD)
    with pytest.raises(AccountError) as error:
        users.disable(office, None, head.id, NOW)
    assert code(error) == "user-last-head"
    with pytest.raises(AccountError) as error:
        users.set_roles(office, None, head.id, ["approver"], NOW)
    assert code(error) == "user-last-head"
    second = add(office, "second", Role.HEAD)
    users.disable(office, second, head.id, NOW)
    assert users.get(office, head.id).disabled == NOW
    assert users.get(office, second.id).disabled == 0


def test_a_head_does_not_change_their_own_account_and_others_change_none(office: Office) -> None:
    head, worker = add(office, "lea", Role.HEAD), add(office, "wanda")
    with pytest.raises(ForbiddenError) as error:
        users.set_roles(office, head, head.id, ["head", "approver"], NOW)
    assert code(error) == "user-self"
    for change in (
        lambda: users.add(office, worker, login="puppet", name="Puppet", roles=["approver"], now=NOW),
        lambda: users.set_roles(office, worker, head.id, ["approver"], NOW),
        lambda: users.disable(office, worker, head.id, NOW),
        lambda: users.enable(office, worker, head.id, NOW),
        lambda: users.reset(office, worker, head.id, NOW),
    ):
        with pytest.raises(ForbiddenError) as error:
            change()
        assert code(error) == "forbidden"


def test_what_is_done_to_an_account_stands_in_its_history(office: Office) -> None:
    head, worker = add(office, "lea", Role.HEAD), add(office, "wanda")
    users.set_roles(office, head, worker.id, ["approver", "case_worker"], NOW + 1)
    users.disable(office, head, worker.id, NOW + 2)
    users.enable(office, head, worker.id, NOW + 3)
    users.reset(office, head, worker.id, NOW + 4)
    told = [(event.what, event.at, event.actor, event.roles) for event in users.events(office, worker.id)]
    assert told == [
        ("reset", NOW + 4, head.id, "approver,case_worker"),
        ("enabled", NOW + 3, head.id, "approver,case_worker"),
        ("disabled", NOW + 2, head.id, "approver,case_worker"),
        ("roles", NOW + 1, head.id, "approver,case_worker"),
        ("password", NOW, worker.id, "case_worker"),
        ("added", NOW, None, "case_worker"),
    ]
    assert {event.what for event in users.events(office, worker.id)} <= users.EVENTS


@pytest.mark.parametrize("login", ["", "x", "mit leer", "größe", "-a", "a" * 41, "a/b"])
def test_a_login_that_does_not_fit_is_refused(office: Office, login: str) -> None:
    with pytest.raises(AccountError) as error:
        users.add(office, None, login=login, name="Name", roles=["head"], now=NOW)
    assert code(error) == "login-form"


def test_a_login_is_given_once_and_a_name_is_needed(office: Office) -> None:
    add(office, "wanda")
    with pytest.raises(AccountError) as error:
        users.add(office, None, login="Wanda", name="Another", roles=["head"], now=NOW)
    assert code(error) == "login-taken"
    for name in (" ", "a\x00b", "n" * 101):
        with pytest.raises(AccountError) as error:
            users.add(office, None, login="other", name=name, roles=["head"], now=NOW)
        assert code(error) == "name-form"
    for unknown in (lambda: users.get(office, 77), lambda: users.find(office, "other")):
        with pytest.raises(AccountError) as error:
            unknown()
        assert code(error) == "user-unknown"


def test_a_session_ends_when_nobody_uses_it_and_in_any_case(office: Office) -> None:
    user = add(office, "wanda")
    idle, most = office.settings.login.idle_minutes * 60, office.settings.login.hours * 3600
    token = sessions.begin(office, user, "password", DESK, NOW)
    now = NOW
    while now + idle - 60 < NOW + most:
        now += idle - 60
        assert sessions.find(office, token, now).user == user
    with pytest.raises(SignInError) as error:
        sessions.find(office, token, NOW + most)
    assert code(error) == "session-over"
    token = sessions.begin(office, user, "password", DESK, NOW)
    with pytest.raises(SignInError):
        sessions.find(office, token, NOW + idle)
    with pytest.raises(SignInError):
        sessions.find(office, token, NOW + 1)  # it does not come back


def test_a_session_ends_with_a_disabled_or_reset_user_and_sees_new_roles_at_once(office: Office) -> None:
    head, user = add(office, "lea", Role.HEAD), add(office, "wanda")
    token = sessions.begin(office, user, "password", DESK, NOW)
    users.set_roles(office, head, user.id, ["approver"], NOW)
    assert sessions.find(office, token, NOW).user.roles == {Role.APPROVER}
    users.disable(office, head, user.id, NOW)
    with pytest.raises(SignInError):
        sessions.find(office, token, NOW)
    users.enable(office, head, user.id, NOW)
    token = sessions.begin(office, user, "password", DESK, NOW)
    users.reset(office, head, user.id, NOW)
    with pytest.raises(SignInError):
        sessions.find(office, token, NOW)


@pytest.mark.parametrize("cookie", ["", "x", "A" * 43, "ä" * 43, "A" * 5000])
def test_a_cookie_that_was_not_given_out_opens_nothing(office: Office, cookie: str) -> None:
    with pytest.raises(SignInError) as error:
        sessions.find(office, cookie, NOW)
    assert code(error) == "session-over"


def test_a_user_sees_and_ends_their_own_sessions_and_nobody_elses(office: Office) -> None:
    user, other = add(office, "wanda"), add(office, "zoe")
    tokens = [sessions.begin(office, user, "password", DESK, NOW + number) for number in range(3)]
    foreign = sessions.begin(office, other, "passkey", Origin("", ""), NOW)
    current = sessions.find(office, tokens[2], NOW + 5)
    listed = sessions.own(office, user, NOW + 5)
    assert [(each.begun, each.origin, each.method) for each in listed] == [
        (NOW + number, DESK, "password") for number in (2, 1, 0)
    ]
    number = sessions.find(office, foreign, NOW).number
    sessions.end(office, user, number)
    assert sessions.find(office, foreign, NOW + 5).user == other
    sessions.end(office, user, listed[2].number)
    with pytest.raises(SignInError):
        sessions.find(office, tokens[0], NOW + 5)
    sessions.end_others(office, current)
    assert [each.number for each in sessions.own(office, user, NOW + 5)] == [current.number]


def test_a_new_password_ends_the_other_sessions(office: Office) -> None:
    user = add(office, "wanda")
    old, kept = (sessions.begin(office, user, "password", DESK, NOW) for _ in range(2))
    users.set_password(office, user, "other words in a row", NOW, session=sessions.find(office, kept, NOW).number)
    assert sessions.find(office, kept, NOW).user == user
    with pytest.raises(SignInError):
        sessions.find(office, old, NOW)
    with pytest.raises(SignInError):
        signing_in.sign_in(office, "wanda", PASSWORD, "", NOW)


def test_a_proof_counts_for_some_minutes(office: Office) -> None:
    user = add(office, "wanda")
    token = sessions.begin(office, user, "password", DESK, NOW)
    end = NOW + office.settings.login.confirm_minutes * 60
    assert sessions.is_proved(office, sessions.find(office, token, NOW), end - 1)
    session = sessions.find(office, token, end)
    assert not sessions.is_proved(office, session, end)
    sessions.prove(office, session.number, end)
    assert sessions.is_proved(office, sessions.find(office, token, end), end + 1)


def test_two_sessions_have_different_tokens_against_forgery_which_stay(office: Office) -> None:
    user = add(office, "wanda")
    first, second = (sessions.begin(office, user, "password", DESK, NOW) for _ in range(2))
    assert sessions.find(office, first, NOW).csrf == sessions.find(office, first, NOW + 1).csrf
    assert sessions.find(office, first, NOW).csrf != sessions.find(office, second, NOW).csrf
