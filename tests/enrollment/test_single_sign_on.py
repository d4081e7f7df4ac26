"""Single sign-on: a token counts only from the service, for this office, this visit and this browser, and only now."""

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from click.testing import CliRunner
from joserfc.jwk import RSAKey

from obacht_enrollment.accounts import flows, sessions, single_sign_on, users
from obacht_enrollment.accounts.provider import LEEWAY, Provider
from obacht_enrollment.accounts.roles import Role, User
from obacht_enrollment.accounts.sessions import Origin
from obacht_enrollment.accounts.settings import Login, SingleSignOn
from obacht_enrollment.accounts.single_sign_on import Arrival
from obacht_enrollment.cli import main
from obacht_enrollment.errors import OfficeError, SettingsError
from obacht_enrollment.office import Office
from page_caller import Caller
from pages_office import app_of
from safety_office import NOW, PASSPHRASE, Site
from sign_on_service import CLIENT, ISSUER, SignOnService

ROLES = {"zemag-leitung": "head", "zemag": "case_worker"}


@pytest.fixture
def office(empty: Site) -> Office:
    return empty.office


@pytest.fixture
def service() -> SignOnService:
    return SignOnService(NOW)


def provider(service: SignOnService, secret: str = "", **settings: Any) -> Provider:
    return Provider(SingleSignOn(ISSUER, CLIENT, **settings), secret, service.network)


def arrive(
    office: Office,
    service: SignOnService,
    asked: Provider,
    now: int = NOW,
    *,
    confirming: sessions.Session | None = None,
) -> Arrival:
    """Walk to the service and back."""
    departure = single_sign_on.depart(office, asked, now, next_path="/users", confirming=confirming)
    query = service.sign_in(departure.address)
    return single_sign_on.arrive(office, asked, **query, browser=departure.browser, now=now)


def expected(office: Office) -> User:
    """Add a user who may come from the service."""
    added = users.add(office, None, login="wanda", name="Wanda", roles=["head"], now=NOW, single_sign_on=True)
    assert not added.code
    return added.user


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(OfficeError) as error:
        act()
    return error.value.code


def test_a_user_who_is_expected_comes_in_and_is_known_by_the_services_name_from_then_on(
    office: Office, service: SignOnService
) -> None:
    user = expected(office)
    asked = provider(service)
    assert arrive(office, service, asked) == Arrival(user, "/users", 0, 0)
    service.person = {"sub": "4711", "preferred_username": "renamed"}
    assert arrive(office, service, asked).user == user
    service.person = {"sub": "4712", "preferred_username": "wanda"}  # a colleague who took over the name
    assert refused(lambda: arrive(office, service, asked)) == "single-sign-on-unknown"
    assert [event.what for event in users.events(office, user.id)] == ["linked", "added"]


def test_the_first_visit_creates_nobody(office: Office, service: SignOnService) -> None:
    assert refused(lambda: arrive(office, service, provider(service))) == "single-sign-on-unknown"
    assert users.all_users(office) == []


def test_a_user_with_a_password_is_not_taken_over_by_a_name(office: Office, service: SignOnService) -> None:
    users.add(office, None, login="wanda", name="Wanda", roles=["head"], now=NOW)
    assert refused(lambda: arrive(office, service, provider(service))) == "single-sign-on-unknown"


def test_a_disabled_user_does_not_come_in(office: Office, service: SignOnService) -> None:
    user = expected(office)
    users.add(office, None, login="lea", name="Lea", roles=["head"], now=NOW)
    users.disable(office, None, user.id, NOW)
    assert refused(lambda: arrive(office, service, provider(service))) == "single-sign-on-unknown"


def test_whoever_has_a_role_there_gets_an_account_where_that_is_wanted(office: Office, service: SignOnService) -> None:
    asked = provider(service, roles_claim="realm_access.roles", roles=ROLES, create=True)
    service.person |= {"name": "Wanda Werk", "realm_access": {"roles": ["zemag", "other"]}}
    user = arrive(office, service, asked).user
    assert user == User(1, "wanda", "Wanda Werk", frozenset({Role.CASE_WORKER}))
    service.person["realm_access"] = {"roles": ["zemag", "zemag-leitung"]}
    assert arrive(office, service, asked).user.roles == {Role.CASE_WORKER, Role.HEAD}
    service.person["realm_access"] = {"roles": ["zemag"]}
    assert arrive(office, service, asked).user.roles == {Role.CASE_WORKER}  # although it was the only head
    without: tuple[object, ...] = ({"roles": ["other"]}, {"roles": "emperor"}, {}, None, [])
    for roles in without:
        service.person["realm_access"] = roles
        assert refused(lambda: arrive(office, service, asked)) == "single-sign-on-roles"
    assert len(users.all_users(office)) == 1


def test_roles_that_do_not_go_together_open_nothing(office: Office, service: SignOnService) -> None:
    asked = provider(service, roles_claim="groups", roles={"a": "auditor", "b": "head"}, create=True)
    service.person["groups"] = ["a", "b"]
    assert refused(lambda: arrive(office, service, asked)) == "single-sign-on-roles"


def test_claims_that_the_token_does_not_hold_are_asked_for_and_must_be_of_the_same_person(
    office: Office, service: SignOnService
) -> None:
    asked = provider(service, roles_claim="groups", roles=ROLES, create=True)
    service.more = {"groups": ["zemag"]}
    assert arrive(office, service, asked).user.roles == {Role.CASE_WORKER}
    service.more = {"groups": ["zemag-leitung"], "sub": "4712"}
    assert refused(lambda: arrive(office, service, asked)) == "single-sign-on"


@pytest.mark.parametrize(
    "token",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"iss": "http://localhost:9401"},
        {"aud": "another"},
        {"aud": ["another", "third"]},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"exp": NOW - LEEWAY - 1},
        {"exp": None},
        {"iat": NOW + LEEWAY + 60},
        {"sub": None},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    ],
)
def test_a_token_for_somebody_else_or_another_time_opens_nothing(
    office: Office, service: SignOnService, token: dict[str, Any]
) -> None:
    expected(office)
    service.token = token
    assert refused(lambda: arrive(office, service, provider(service))) == "single-sign-on"


def test_a_token_that_another_key_has_signed_opens_nothing(office: Office, service: SignOnService) -> None:
    expected(office)
    service.key = RSAKey.generate_key(2048, parameters={"kid": service.key.kid or ""})
    assert refused(lambda: arrive(office, service, provider(service))) == "single-sign-on"


def test_a_token_signed_with_an_algorithm_that_is_not_listed_opens_nothing(
    office: Office, service: SignOnService
) -> None:
    expected(office)
    service.algorithm = "RS512"
    assert refused(lambda: arrive(office, service, provider(service))) == "single-sign-on"


def test_keys_that_the_service_has_changed_are_fetched_but_not_at_every_nonsense(
    office: Office, service: SignOnService
) -> None:
    expected(office)
    asked = provider(service)
    arrive(office, service, asked)
    service.key = RSAKey.generate_key(2048, auto_kid=True)
    service.published = [service.key]
    assert refused(lambda: arrive(office, service, asked, NOW + 1)) == "single-sign-on"
    assert arrive(office, service, asked, NOW + 61).user.login == "wanda"


def test_only_the_browser_that_left_comes_back_and_only_once_and_soon(office: Office, service: SignOnService) -> None:
    expected(office)
    asked = provider(service)

    def leave() -> tuple[dict[str, str], str]:
        departure = single_sign_on.depart(office, asked, NOW, next_path="/")
        return service.sign_in(departure.address), departure.browser

    (query, _), (_, another) = leave(), leave()
    for browser in (another, "", "!"):
        come = partial(single_sign_on.arrive, office, asked, **query, browser=browser, now=NOW)
        assert refused(come) == "single-sign-on"
    query, browser = leave()
    single_sign_on.arrive(office, asked, **query, browser=browser, now=NOW)
    assert refused(lambda: single_sign_on.arrive(office, asked, **query, browser=browser, now=NOW)) == "single-sign-on"
    query, browser = leave()
    late = NOW + flows.SECONDS
    assert refused(lambda: single_sign_on.arrive(office, asked, **query, browser=browser, now=late)) == "single-sign-on"
    foreign = {"state": "A" * 43, "code": "code"}
    assert (
        refused(lambda: single_sign_on.arrive(office, asked, **foreign, browser=browser, now=NOW)) == "single-sign-on"
    )


def test_the_code_is_tied_to_the_office_that_asked(office: Office, service: SignOnService) -> None:
    expected(office)
    asked = provider(service)
    departure = single_sign_on.depart(office, asked, NOW, next_path="/")
    query = service.sign_in(departure.address)
    service.codes[query["code"]]["code_challenge"] = "of somebody else"
    assert (
        refused(lambda: single_sign_on.arrive(office, asked, **query, browser=departure.browser, now=NOW))
        == "single-sign-on"
    )


@pytest.mark.parametrize(
    ("methods", "sent"), [(None, "basic"), (["client_secret_basic"], "basic"), (["client_secret_post"], "post")]
)
def test_the_office_proves_itself_as_the_service_wants_it(
    office: Office, service: SignOnService, methods: list[str] | None, sent: str
) -> None:
    expected(office)
    if methods:
        service.metadata["token_endpoint_auth_methods_supported"] = methods
    arrive(office, service, provider(service, "s:e c"))
    (request,) = [each for each in service.requests if each.url.path == "/token"]
    assert (request.headers.get("authorization") == "Basic b2JhY2h0OnMlM0FlK2M=") == (sent == "basic")
    assert (b"client_secret=s%3Ae+c" in request.content) == (sent == "post")


def test_a_secret_is_kept_sealed(office: Office) -> None:
    login = replace(office.settings.login, oidc=SingleSignOn(ISSUER, CLIENT))
    with_service = replace(office, settings=replace(office.settings, login=login))
    public = single_sign_on.provider(with_service)
    single_sign_on.keep_secret(office, "opensesame")
    confidential = single_sign_on.provider(with_service)
    assert public is not None
    assert confidential is not None
    assert (public._secret, confidential._secret) == ("", "opensesame")
    assert b"opensesame" not in office.home.read("single-sign-on.secret")
    assert single_sign_on.provider(office) is None


def test_a_proof_must_be_fresh_and_of_the_same_person(office: Office, service: SignOnService) -> None:
    user = expected(office)
    asked = provider(service)
    arrive(office, service, asked)
    token = sessions.begin(office, user, "single_sign_on", Origin("", ""), NOW)
    session = sessions.find(office, token, NOW)
    later = NOW + 1000
    service.now = later
    for when, why in ((None, "single-sign-on"), (later - LEEWAY - 1, "single-sign-on-old")):
        service.token = {"auth_time": when}
        assert refused(lambda: arrive(office, service, asked, later, confirming=session)) == why
    service.token = {"auth_time": later}
    assert arrive(office, service, asked, later, confirming=session) == Arrival(user, "/users", session.number, later)
    service.person = {"sub": "4712", "preferred_username": "wanda"}
    assert refused(lambda: arrive(office, service, asked, later, confirming=session)) == "single-sign-on"


def test_coming_in_confirms_only_what_the_service_asked_just_now(office: Office, service: SignOnService) -> None:
    expected(office)
    asked = provider(service)
    for told, proved in ((None, 0), (NOW - 3600, NOW - 3600), (NOW - 5, NOW - 5), (NOW + LEEWAY, NOW), (0, 0)):
        service.token = {"auth_time": told}
        assert arrive(office, service, asked).proved == proved
    service.token = {"auth_time": NOW - 3600}
    service.more = {"auth_time": NOW}
    asked = provider(service, roles_claim="groups", roles={"zemag": "head"})
    service.more |= {"groups": ["zemag"]}
    assert arrive(office, service, asked).proved == NOW - 3600  # what the token does not sign weighs less


def test_who_is_let_in_unasked_confirms_before_a_grave_act(
    staffed: Site, service: SignOnService, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected(staffed.office)
    monkeypatch.setattr(single_sign_on, "provider", lambda _: provider(service))
    for told, status in ((None, 303), (NOW, 200)):
        service.token = {"auth_time": told}
        caller = Caller(app_of(staffed))
        query = service.sign_in(caller.get("/oidc").headers["location"])
        assert caller.get(f"/oidc/callback?{urlencode(query)}").headers["location"] == "/"
        assert "Wanda" in caller.get("/").text
        assert caller.get("/account/passkey").status_code == status


def test_to_confirm_the_service_is_told_to_ask_again(office: Office, service: SignOnService) -> None:
    user = expected(office)
    token = sessions.begin(office, user, "single_sign_on", Origin("", ""), NOW)
    departure = single_sign_on.depart(
        office, provider(service), NOW, next_path="/", confirming=sessions.find(office, token, NOW)
    )
    assert "prompt=login&max_age=0" in departure.address
    assert "code_challenge_method=S256" in departure.address


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "http://localhost:9401"},
        {"authorization_endpoint": "http://evil.example/authorize"},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "x" * 300_000},
    ],
)
def test_a_service_that_says_nonsense_of_itself_is_not_followed(
    office: Office, service: SignOnService, metadata: dict[str, Any]
) -> None:
    service.metadata = metadata
    assert refused(lambda: single_sign_on.depart(office, provider(service), NOW, next_path="/")) == "single-sign-on"


def test_a_service_that_is_down_is_told_apart(office: Office) -> None:
    def down(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("down", request=request)

    asked = Provider(SingleSignOn(ISSUER, CLIENT), network=httpx2.MockTransport(down))
    assert refused(lambda: single_sign_on.depart(office, asked, NOW, next_path="/")) == "single-sign-on-unreachable"


def test_a_service_that_does_not_answer_holds_few_of_the_threads_in_which_pages_are_made() -> None:
    answering = threading.Event()

    def answer(_: httpx2.Request) -> httpx2.Response:
        answering.wait(5)
        return httpx2.Response(503)

    asked = Provider(SingleSignOn(ISSUER, CLIENT), "", httpx2.MockTransport(answer))

    def depart() -> str:
        return refused(lambda: asked.authorization(redirect="", state="", nonce="", verifier="", again=False, now=NOW))

    with ThreadPoolExecutor(16) as threads:
        coming = [threads.submit(depart) for _ in range(16)]
        turned_away = [one.result() for one in itertools.islice(as_completed(coming, 4), 10)]
        answering.set()
        assert turned_away == ["single-sign-on-unreachable"] * 10
        assert [one.result() for one in coming].count("single-sign-on") == 6


@pytest.mark.parametrize(
    "answer", [httpx2.Response(302, json={}), httpx2.Response(200, text="<html>"), httpx2.Response(200, json=[])]
)
def test_an_answer_of_another_kind_is_refused(office: Office, answer: httpx2.Response) -> None:
    asked = Provider(SingleSignOn(ISSUER, CLIENT), network=httpx2.MockTransport(lambda _: answer))
    assert refused(lambda: single_sign_on.depart(office, asked, NOW, next_path="/")) == "single-sign-on"


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ({"idle_minutes": 0}, "login.idle_minutes"),
        ({"hours": "10"}, "login.hours"),
        ({"idle": 3}, "login.idle"),
        ({"proxies": ["proxy.example"]}, "login.proxies"),
        ({"proxies": "127.0.0.1"}, "login.proxies"),
        ("often", "login"),
        ({"oidc": {"issuer": ISSUER}}, "login.oidc.client_id"),
        ({"oidc": {"issuer": "http://idp.example", "client_id": "x"}}, "login.oidc.issuer"),
        ({"oidc": {"issuer": ISSUER, "client_id": "x", "roles_claim": "groups"}}, "login.oidc.roles"),
        ({"oidc": {"issuer": ISSUER, "client_id": "x", "roles": {"a": "emperor"}}}, "login.oidc.roles"),
        ({"oidc": {"issuer": ISSUER, "client_id": "x", "create": True}}, "login.oidc.create"),
    ],
)
def test_settings_that_cannot_work_are_named(table: object, name: str) -> None:
    with pytest.raises(SettingsError) as error:
        Login.parse(table)
    assert error.value.details["name"] == name


def test_settings_are_read() -> None:
    login = Login.parse(
        {
            "hours": 8,
            "proxies": ["192.0.2.1"],
            "oidc": {
                "issuer": "https://idp.example/realms/town",
                "client_id": "obacht",
                "roles_claim": "groups",
                "roles": {"zemag": "case_worker"},
                "create": True,
            },
        }
    )
    assert (login.hours, login.idle_minutes, login.proxies) == (8, 30, ("192.0.2.1",))
    assert login.oidc is not None
    assert login.oidc.roles == {"zemag": "case_worker"}


def test_the_secret_for_single_sign_on_is_kept_by_a_command(empty: Site, tmp_path: Path) -> None:
    empty.office.close()
    for name, value in (("passphrase", PASSPHRASE), ("secret", b"opensesame\n")):
        (tmp_path / name).write_bytes(value)
        (tmp_path / name).chmod(0o600)
    home = empty.office.home
    settings = home.read("office.toml") + b'\n[login.oidc]\nissuer = "http://localhost:9400"\nclient_id = "obacht"\n'
    home.replace("office.toml", settings)
    files = ["--secret-file", str(tmp_path / "secret"), "--passphrase-file", str(tmp_path / "passphrase")]
    told = CliRunner().invoke(main, ["--home", str(home.folder), "single-sign-on", "secret", *files])
    assert told.exit_code == 0, told.output
    office = Office.open(home.folder, PASSPHRASE)
    provider = single_sign_on.provider(office)
    office.close()
    assert provider is not None
    assert provider.settings == SingleSignOn("http://localhost:9400", "obacht")
    assert provider._secret == "opensesame"
