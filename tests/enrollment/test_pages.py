"""The pages over HTTP: who gets in where, what answers tell the browser, and what is said when something is wrong."""

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path

import pytest

from arrived import receive
from imported import file, row
from obacht_enrollment import importing
from obacht_enrollment.accounts import browsers, passwords, sessions, users
from obacht_enrollment.accounts.roles import MATRIX, Role
from obacht_enrollment.cases import calls, documents, exports, requests, service
from obacht_enrollment.cases.calls import Told
from obacht_enrollment.cases.content import Content
from obacht_enrollment.cases.documents import Upload
from obacht_enrollment.cases.requests import Kind
from obacht_enrollment.errors import HomeError, StoreError
from obacht_enrollment.office import Office
from obacht_enrollment.pages import SECTIONS, kept
from obacht_enrollment.pages.assets import Assets
from obacht_enrollment.pages.languages import Texts
from page_caller import ORIGIN, Caller
from pages_office import app_of, arrive, hire
from safety_office import Site
from workplace import NAMES, PASSWORD

PAGES = [page for section in SECTIONS for page in section.pages]
CLOSED = [page for page in PAGES if not page.public]
SHOWN = [page.path for page in PAGES if page.method == "GET" and not page.path.startswith("/oidc")]
TEMPLATES = Path(users.__file__).parents[1] / "pages" / "templates"


@pytest.fixture
def site(empty: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """An office with a user for every role, a case with request, call, export and document, a report, and an import."""
    hire(empty.office, monkeypatch, empty.now)
    worker = users.find(empty.office, "worker")
    service.create_draft(empty.office, worker, Content(), empty.now)
    requests.receive(empty.office, worker, Kind.ACCESS, "x", empty.now, case=1)
    exports.ask(empty.office, worker, 1, "x", empty.now)
    calls.record(empty.office, worker, Told("x", "x", "x"), empty.now)
    documents.add(empty.office, worker, 1, Upload.of_file("x", b"x"), empty.now)
    receive(empty.office, empty.now)
    prepared = importing.prepare(empty.office, worker, file(row()), empty.now)
    importing.take_in(empty.office, worker, prepared, empty.clock)
    return empty


@pytest.fixture
def call(site: Site) -> Callable[..., Caller]:
    """Gives a new browser, in which the user of a login is at work already."""
    return partial(arrive, app_of(site))


def path_of(path: str) -> str:
    return path.replace("{number}", "1").replace("{year}", "2027")


def test_every_page_is_kept_to_itself(call: Callable[..., Caller]) -> None:
    for caller, path in product((call(), call("head")), [*SHOWN, "/nowhere"]):
        fields = caller.get(path_of(path)).headers
        policy = dict(part.split(" ", 1) for part in fields["content-security-policy"].split("; "))
        assert policy.pop("default-src") == policy.pop("frame-ancestors") == policy.pop("base-uri") == "'none'"
        assert set(policy.values()) == {"'self'"}
        assert {"script-src", "style-src", "img-src", "font-src", "connect-src", "form-action"} == policy.keys()
        assert fields["cache-control"] == "no-store"
        assert fields["referrer-policy"] == "same-origin"
        assert fields["x-content-type-options"] == "nosniff"
        assert fields["cross-origin-opener-policy"] == fields["cross-origin-resource-policy"] == "same-origin"
        assert "strict-transport-security" not in fields


def test_no_page_holds_a_script_a_style_or_another_host(call: Callable[..., Caller]) -> None:
    caller = call("head")
    for path in SHOWN:
        html = caller.get(path_of(path)).text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?! src=\"/static/)|hx-on|js:", html)
        assert not re.search(r"(?:src|href|action)=\"(?!/|#)", html)


def test_every_page_of_a_demonstration_says_that_nobody_is_real(call: Callable[..., Caller], site: Site) -> None:
    told = "Keine Person, die hier steht, ist wirklich."
    assert told not in call("head").get("/").text
    shown = replace(site, office=replace(site.office, settings=replace(site.office.settings, demonstration=True)))
    app = app_of(shown)
    for caller in (arrive(app, "head"), arrive(app)):
        for path in ("/", "/login", "/cases", "/cases/1", "/users", "/account", "/nowhere"):
            answer = caller.get(path)
            assert answer.status_code == 303 or told in answer.text
    assert "no person shown here is real" in arrive(app).get("/login", **{"Accept-Language": "en"}).text


def test_over_https_the_cookie_and_the_browser_are_bound_to_it(site: Site) -> None:
    origin = "https://office.example.org"
    caller = Caller(app_of(site, origin), origin)
    answer = caller.post("/login", {"login": "head", "password": PASSWORD})
    session, mark = (cookie.split("; ") for cookie in answer.headers.get_list("set-cookie"))
    assert session[0].startswith("__Host-obacht-office=")
    assert session[1:] == ["Path=/", "HttpOnly", "SameSite=Strict", "Secure"]
    assert mark[0].startswith("__Host-obacht-browser=")
    assert mark[1:] == ["Path=/", "HttpOnly", "SameSite=Strict", "Secure", f"Max-Age={browsers.SECONDS}"]
    assert answer.headers["strict-transport-security"] == "max-age=63072000"
    assert caller.get("/account").status_code == 200


def test_who_is_not_signed_in_is_sent_to_sign_in(call: Callable[..., Caller]) -> None:
    caller = call()
    for page in CLOSED:
        path = path_of(page.path)
        answer = caller.get(path) if page.method == "GET" else caller.post(path)
        assert answer.status_code == 303
        place = path.replace("/", "%2F") if page.method == "GET" or page.kept else "%2F"
        assert answer.headers["location"] == f"/login?next={place}"


@pytest.mark.parametrize("login", NAMES)
def test_every_role_gets_where_its_rights_reach_and_no_further(call: Callable[..., Caller], login: str) -> None:
    caller = call(login)
    rights = MATRIX[NAMES[login][1]]
    menu = caller.get("/").text
    for page in PAGES:
        if page.right is None or page.json:
            continue
        path = path_of(page.path)
        if page.method == "GET":
            answer = caller.get(path)
            assert answer.status_code == (200 if page.right in rights else 403), path
        elif page.right not in rights:
            answer = caller.send("/account", path)
            assert answer.status_code == 403
            assert "fehlt Ihnen das Recht" in answer.text
    for section in SECTIONS:
        for link in section.links:
            assert (f'href="{link.path}"' in menu) == (link.right is None or link.right in rights)


def test_a_form_from_another_site_is_refused_also_with_the_right_token(call: Callable[..., Caller]) -> None:
    caller = call("head")
    lies: tuple[dict[str, str], ...] = (
        {"Origin": "http://localhost:8301"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
    )
    form = {"login": "head", "password": PASSWORD}
    for lie in lies:
        assert caller.post("/account/sessions/end", {"csrf": caller.csrf("/account")}, **lie).status_code == 403
        assert caller.post("/login", form, **lie).status_code == 403
    assert caller.send("/account", "/account/sessions/end").status_code == 303


def test_a_form_that_does_not_say_where_it_comes_from_is_refused(call: Callable[..., Caller]) -> None:
    caller = call()
    answer = caller.call("POST", "/login", {}, data={"login": "head", "password": PASSWORD})
    assert answer.status_code == 403


def test_a_form_without_the_sessions_token_is_refused(call: Callable[..., Caller]) -> None:
    caller, other = call("head"), call("worker")
    foreign = other.csrf("/account")
    for page, token in product([page for page in CLOSED if page.method == "POST"], ("", "A" * 43, "ä", foreign)):
        answer = caller.post(path_of(page.path), {"csrf": token})
        assert answer.status_code == 403
        assert "andere" in answer.text


def test_a_link_from_another_site_is_followed_once_more_from_here(call: Callable[..., Caller]) -> None:
    caller = call()
    answer = caller.get("/users/1", Sec_Fetch_Site="cross-site")
    assert answer.status_code == 200
    assert '<meta http-equiv="refresh" content="0;url=/users/1">' in answer.text
    assert caller.get("/users/1", Sec_Fetch_Site="same-origin").headers["location"] == "/login?next=%2Fusers%2F1"


def test_after_signing_in_nobody_ends_at_another_site(call: Callable[..., Caller]) -> None:
    for place in ("//evil.example", "https://evil.example", "/\\evil.example", "/a b", "x", "/%0a", ""):
        answer = call().post("/login", {"login": "head", "password": PASSWORD, "next": place})
        assert answer.headers["location"] == "/"


def test_who_is_signed_in_needs_no_form_for_it(call: Callable[..., Caller]) -> None:
    assert call("head").get("/login").headers["location"] == "/"


def test_signing_in_leads_to_where_one_wanted_to_go(call: Callable[..., Caller]) -> None:
    answer = call().post("/login", {"login": "head", "password": PASSWORD, "next": "/users/1"})
    assert answer.headers["location"] == "/users/1"


def test_a_wrong_password_is_told_in_words_and_then_makes_one_wait(call: Callable[..., Caller]) -> None:
    caller = call()
    for _ in range(5):
        answer = caller.post("/login", {"login": "head", "password": "<wrong words>"})
        assert answer.status_code == 400
        assert "Kennung oder Passwort stimmt nicht" in answer.text
        assert 'value="head"' in answer.text
        assert "wrong words" not in answer.text
    answer = caller.post("/login", {"login": "head", "password": PASSWORD}, Accept_Language="en")
    assert "Please wait for 1 min." in answer.text


def test_where_one_has_signed_in_before_strangers_do_not_make_one_wait(call: Callable[..., Caller]) -> None:
    caller, stranger = call("head"), call()
    for _ in range(6):
        answer = stranger.post("/login", {"login": "head", "password": "wrong words"})
    assert "Bitte warten Sie" in answer.text
    caller.send("/account", "/logout")
    assert caller.post("/login", {"login": "head", "password": PASSWORD}).status_code == 303
    assert caller.send("/account", "/confirm", {"password": PASSWORD}).status_code == 303


@pytest.mark.parametrize("ended", [users.reset, users.disable])
def test_a_sign_in_that_is_under_way_does_not_outlive_a_reset(
    site: Site,
    call: Callable[..., Caller],
    monkeypatch: pytest.MonkeyPatch,
    ended: Callable[[Office, None, int, int], object],
) -> None:
    caller, number, check = call(), users.find(site.office, "worker").id, passwords.check

    def check_and_meanwhile(password: str, kept: str) -> str:
        found = check(password, kept)
        ended(site.office, None, number, site.now)
        return found

    monkeypatch.setattr(passwords, "check", check_and_meanwhile)
    assert caller.post("/login", {"login": "worker", "password": PASSWORD}).status_code == 401
    users.enable(site.office, None, number, site.now)
    assert caller.get("/").status_code == 303
    assert sessions.own(site.office, users.find(site.office, "worker"), site.now) == []


def test_signing_out_ends_the_session_also_for_whoever_kept_the_cookie(call: Callable[..., Caller]) -> None:
    caller = call("head")
    thief = call()
    thief.cookies.update(caller.cookies)
    answer = caller.send("/account", "/logout")
    assert answer.headers["location"] == "/login?done=logout"
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert thief.get("/account").status_code == 303


def test_signing_in_again_gives_another_session_and_ends_the_first(call: Callable[..., Caller]) -> None:
    caller = call("head")
    thief = call()
    thief.cookies.update(caller.cookies)
    caller.post("/login", {"login": "worker", "password": PASSWORD})
    assert "Wanda Werk" in caller.get("/").text
    assert thief.get("/").status_code == 303


def test_grave_acts_ask_once_more_who_one_is(site: Site, call: Callable[..., Caller]) -> None:
    caller = call("head")
    assert caller.get("/account/password").status_code == 200
    site.now += site.office.settings.login.confirm_minutes * 60
    assert caller.get("/account/password").headers["location"] == "/confirm?next=%2Faccount%2Fpassword"
    token = caller.csrf("/account")
    assert caller.post("/users/1/disable", {"csrf": token}).headers["location"] == "/confirm?next=%2F"
    assert users.get(site.office, 1).disabled == 0
    wrong = caller.post("/confirm", {"csrf": token, "password": "wrong", "next": "/account/password"})
    assert wrong.status_code == 400
    assert caller.get("/account/password").status_code == 303
    right = caller.post("/confirm", {"csrf": token, "password": PASSWORD, "next": "/account/password"})
    assert right.headers["location"] == "/account/password"
    assert caller.get("/account/password").status_code == 200


def test_a_head_adds_a_user_who_sets_a_password_with_the_code(site: Site, call: Callable[..., Caller]) -> None:
    caller, new = call("head"), call()
    form = {"login": "nora.neu", "name": "Nora <Neu>", "role": ["case_worker", "approver"]}
    answer = caller.send("/users/new", "/users/new", form)
    code = re.findall(r"<code>([A-Z0-9-]{23})</code>", answer.text)[0]
    assert "Nora &lt;Neu&gt;" in answer.text
    sent = {"login": "nora.neu", "code": code, "password": "words of my own", "again": "words of my owm"}
    assert "verschieden" in new.post("/invitation", sent).text
    sent["again"] = sent["password"]
    assert new.post("/invitation", sent).headers["location"] == "/?done=password"
    assert "Das Passwort ist gesetzt." in new.get("/?done=password").text
    assert users.find(site.office, "nora.neu").roles == {Role.CASE_WORKER, Role.APPROVER}
    again = caller.send("/users/new", "/users/new", form)
    assert again.status_code == 400
    assert "vergeben" in again.text
    assert 'value="case_worker" checked' in again.text


def test_a_head_changes_disables_enables_and_resets(site: Site, call: Callable[..., Caller]) -> None:
    caller, worker = call("head"), call("worker")
    number = users.find(site.office, "worker").id
    own = users.find(site.office, "head").id
    page = f"/users/{number}"
    assert caller.send(page, f"{page}/roles", {"role": "approver"}).headers["location"] == f"{page}?done=roles"
    assert "Aufsicht und Betrieb" in caller.send(page, f"{page}/roles", {"role": ["auditor", "head"]}).text
    assert caller.send(page, f"{page}/disable").headers["location"] == f"{page}?done=disabled"
    assert worker.get("/").status_code == 303
    assert caller.send(page, f"{page}/enable").headers["location"] == f"{page}?done=enabled"
    assert re.search(r"<code>[A-Z0-9-]{23}</code>", caller.send(page, f"{page}/reset").text)
    refused = caller.send("/account", f"/users/{own}/disable")
    assert refused.status_code == 400
    assert "andere Person" in refused.text
    shown = caller.get(page).text
    for text in ("Zurückgesetzt", "Freigegeben", "Gesperrt", "Rollen geändert", "durch Lea Leitung"):
        assert text in shown
    assert "Rollen speichern" not in call("auditor").get(page).text


def test_what_is_not_there_is_told_in_words(call: Callable[..., Caller]) -> None:
    caller = call("head")
    for path in ("/users/77", "/users/0", "/users/x", "/users/-1", "/nowhere"):
        answer = caller.get(path)
        assert answer.status_code == 404
        assert "gibt es nicht" in answer.text


def test_programs_get_problem_details_where_people_get_pages(call: Callable[..., Caller]) -> None:
    caller = call()
    answer = caller.get("/v1/nowhere", Accept="application/json")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    caller = call("head")
    caller.cookies.clear()
    answer = caller.post("/account/passkey/options", Accept="application/json")
    assert (answer.status_code, answer.json()) == (
        401,
        {"error": "Ihre Sitzung ist zu Ende. Bitte melden Sie sich wieder an."},
    )


def test_a_search_gives_htmx_the_part_and_everybody_else_the_page(call: Callable[..., Caller]) -> None:
    caller = call("head")
    part = caller.send("/users", "/users/search", {"word": "werk"}, HX_Request="true")
    assert "Wanda Werk" in part.text
    assert "Lea Leitung" not in part.text
    assert "<html" not in part.text
    whole = caller.send("/users", "/users/search", {"word": "nobody of this name"})
    assert "<html" in whole.text
    assert "Kein Konto passt dazu." in whole.text
    caller.cookies.clear()
    gone = caller.post("/users/search", {"word": "x"}, HX_Request="true")
    assert (gone.status_code, gone.headers["hx-redirect"]) == (200, "/login?next=%2F")


def test_the_language_is_that_of_the_browser_until_one_is_chosen(call: Callable[..., Caller]) -> None:
    caller = call()
    for accepted, word in (("en-GB,de;q=0.5", "Sign in"), ("fr, de", "Anmelden"), ("fr", "Anmelden"), ("", "Anmelden")):
        assert f">{word}</h1>" in caller.get("/login", Accept_Language=accepted).text
    answer = caller.post("/language", {"language": "en", "next": "/login"})
    assert answer.headers["location"] == "/login"
    assert ">Sign in</h1>" in caller.get("/login").text
    caller.post("/language", {"language": "xx"})
    assert ">Sign in</h1>" in caller.get("/login").text


def test_what_is_no_form_is_refused_in_words(call: Callable[..., Caller]) -> None:
    caller = call()
    for body, kind, status in (
        (b"x" * (64 * 1024 + 1), "application/x-www-form-urlencoded", 413),
        (b"{}", "application/json", 400),
        (b"a=%ff", "application/x-www-form-urlencoded", 400),
        ("ä=1".encode(), "application/x-www-form-urlencoded", 400),
        (b"a=1&" * 501, "application/x-www-form-urlencoded", 400),
        (b"no boundary", "multipart/form-data", 400),
        (b"--b\r\nbroken", "multipart/form-data; boundary=b", 400),
    ):
        answer = caller.call("POST", "/login", {"Origin": ORIGIN, "Content-Type": kind}, content=body)
        assert answer.status_code == status
        assert "<h1" in answer.text


def test_nothing_large_is_read_of_who_may_not_send_it(call: Callable[..., Caller]) -> None:
    read = []

    async def body() -> AsyncIterator[bytes]:
        read.append("something")
        yield b""

    large = [page for page in PAGES if page.limit > kept.MOST]
    assert {page.path for page in large} >= {"/imports"}
    for page, (login, status) in product(large, (("", 303), ("auditor", 403), ("operator", 403))):
        sent = {"Origin": ORIGIN, "Content-Type": "multipart/form-data; boundary=b", "Content-Length": str(page.limit)}
        answer = call(login).call("POST", path_of(page.path), sent, content=body())
        assert (answer.status_code, read) == (status, [])


def test_a_failure_inside_says_nothing_of_itself(
    call: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caller = call("head")
    for error in (RuntimeError("Wanda Werk"), StoreError("database-failed", kind="Wanda Werk")):
        monkeypatch.setattr(users, "all_users", lambda _, error=error: (_ for _ in ()).throw(error))
        answer = caller.get("/users")
        assert answer.status_code == 500
        assert "Es wurde nichts geändert" in answer.text
        assert "Wanda" not in answer.text + caplog.text


def test_only_a_proxy_of_ours_is_believed_where_somebody_comes_from(call: Callable[..., Caller]) -> None:
    for peer, forwarded, address in (
        ("192.0.2.1", "198.51.100.1", "192.0.2.1"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "198.51.100.1, 127.0.0.1", "198.51.100.1"),
        ("127.0.0.1", "", ""),
        ("127.0.0.1", "<script>", ""),
    ):
        caller = call(peer=peer)
        caller.headers |= {"X-Forwarded-For": forwarded, "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
        caller.post("/login", {"login": "worker", "password": PASSWORD})
        (current,) = re.findall(r"<strong>Firefox, Linux</strong>(.*?) – diese Sitzung", caller.get("/account").text)
        assert current == (f" ({address})" if address else "")


def test_files_are_kept_by_browsers_for_ever_and_others_are_not_there(call: Callable[..., Caller]) -> None:
    caller = call()
    found = re.findall(r"/static/[^\"]+", caller.get("/login").text)
    assert len(found) == 3
    for path in found:
        answer = caller.get(path)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert re.search(r"-[0-9A-Z]{8}\.", path)
    for path in ("/static/manifest.json", "/static/nothing.css", "/static/..%2fassets.py"):
        assert caller.get(path).status_code == 404


def test_an_installation_without_its_files_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(HomeError) as error:
        Assets.load(tmp_path)
    assert error.value.code == "assets-missing"


def test_both_languages_say_the_same_things_with_the_same_values() -> None:
    german, english = (Texts.load().tables[language] for language in ("de", "en"))
    assert german.keys() == english.keys()
    for key, text in german.items():
        assert sorted(re.findall(r"\{[a-z]*\}", text)) == sorted(re.findall(r"\{[a-z]*\}", english[key])), key


def test_every_text_is_there_that_a_template_or_page_names_and_none_for_nobody() -> None:
    known = set(Texts.load().tables["de"])
    named: set[str] = set()
    for path in TEMPLATES.glob("*.html"):
        named |= set(re.findall(r"\bt\(\s*[\"']([a-z_.-]+)[\"']\s*[,)]", path.read_text()))
    for path in TEMPLATES.parent.glob("[a-z]*.py"):
        named |= set(re.findall(r"[\"']([a-z_]+\.[a-z_.]+)[\"']", path.read_text())) & known
        named |= {f"done.{key}" for key in re.findall(r"done=\"([a-z_]+)\"", path.read_text())}
        named |= {
            f"{start}{key}"
            for key in re.findall(r"\d, \"([a-z]+)\"", path.read_text())
            for start in ("fault.", "fault.title.")
        }
    named |= {
        f"done.{key}" for path in TEMPLATES.glob("*.html") for key in re.findall(r"done=([a-z_]+)", path.read_text())
    }
    assert named <= known
    begun = (
        *("role.", "stage.", "way.", "user_event."),
        *("act.", "approval.", "doubt.", "effect.", "form.", "part.", "queue.", "queue_empty.", "section.", "side."),
        "term.",
    )
    assert {key for key in known - named if not key.startswith(begun)} == set()
    assert {f"role.{role}" for role in Role} <= known
    assert {f"user_event.{what}" for what in users.EVENTS} == {key for key in known if key.startswith("user_event.")}


def test_the_language_can_be_changed_where_a_form_was_answered(call: Callable[..., Caller]) -> None:
    caller = call("head")
    for page, path, back in (("/users", "/users/search", "/"), ("/confirm", "/confirm", "/confirm")):
        assert f'name="next" value="{back}"' in caller.send(page, path, {"word": "werk", "password": "x"}).text
