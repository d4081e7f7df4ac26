"""The pages of signing in, of one's own account, and of the users, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from browsing import Visitor, found
from workplace import PASSWORD

pytestmark = pytest.mark.sockets
Visit = Callable[[], Visitor]


def keys(page: Page, *names: str) -> None:
    for name in names:
        page.keyboard.press(name)


def focused(page: Page) -> str:
    """Give the name of what has the focus, as a screen reader says it."""
    return str(
        page.evaluate(
            "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim().replace(/\\s+/g, ' ')"
        )
    )


def add_device(visitor: Visitor) -> None:
    """Give the browser an authenticator whose user touches it and is verified."""
    devtools = visitor.context.new_cdp_session(visitor.page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_axe_finds_what_is_wrong(visit: Visit) -> None:
    page = visit().page
    page.set_content("<html><body><img src='/x'><p style='color:#999;background:#aaa'>pale</p></body></html>")
    assert {"image-alt", "color-contrast", "html-has-lang"} <= {rule for rule, _ in found(page)}


@pytest.mark.parametrize("path", ["/login", "/invitation", "/nowhere", "/static"])
def test_pages_for_everybody_can_be_used_by_everybody(visit: Visit, path: str) -> None:
    visit().look(path)


def test_pages_for_those_at_work_can_be_used_by_everybody(visit: Visit) -> None:
    visitor = visit()
    visitor.sign_in("head")
    for path in (
        "/",
        "/account",
        "/account/password",
        "/account/passkey",
        "/confirm",
        "/users",
        "/users/new",
        "/users/1",
    ):
        visitor.look(path)


def test_signing_in_needs_no_mouse(visit: Visit) -> None:
    page = visit().page
    page.goto("/login")
    assert focused(page) == "Kennung"
    keys(page, "Shift+Tab", "Shift+Tab")
    assert focused(page) == "Zum Inhalt springen"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    keys(page, "Enter", "Tab")
    assert focused(page) == "Kennung"
    page.keyboard.type("worker")
    keys(page, "Tab")
    assert focused(page) == "Passwort"
    page.keyboard.type("wrong words in a row")
    keys(page, "Enter")
    page.get_by_role("alert").get_by_text("stimmt nicht").wait_for()
    assert page.title().startswith("Fehler: ")
    assert focused(page) == "Kennung"
    keys(page, "Tab")
    page.keyboard.type(PASSWORD)
    keys(page, "Tab")
    assert focused(page) == "Anmelden"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    keys(page, "Enter")
    page.get_by_role("heading", name="Guten Tag, Wanda Werk").wait_for()


def test_a_wrong_password_looks_as_it_should_and_can_be_read(visit: Visit) -> None:
    visitor = visit()
    visitor.sign_in("nobody", "wrong words in a row")
    visitor.page.get_by_role("alert").wait_for()
    visitor.look()


def test_a_passkey_is_added_confirms_and_signs_in(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    add_device(visitor)
    visitor.sign_in("approver")
    page.goto("/account/passkey")
    page.get_by_label("Bezeichnung").fill("Schlüssel am Bund")
    page.get_by_role("button", name="Passkey hinzufügen").click()
    page.get_by_text("Der Passkey ist eingetragen.").wait_for()
    page.get_by_text("Schlüssel am Bund").first.wait_for()
    visitor.look()
    page.goto("/confirm")
    visitor.look()
    page.get_by_role("button", name="Mit Passkey bestätigen").click()
    page.get_by_role("heading", name="Guten Tag, Zoë Zweit").wait_for()
    page.get_by_role("button", name="Abmelden").click()
    page.get_by_text("Sie sind abgemeldet.").wait_for()
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    page.get_by_role("heading", name="Guten Tag, Zoë Zweit").wait_for()
    page.goto("/account")
    page.get_by_role("button", name="Entfernen Schlüssel am Bund").click()
    page.get_by_text("Der Passkey ist entfernt.").wait_for()
    page.get_by_role("button", name="Abmelden").click()
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    page.get_by_text("Der Passkey passt zu keinem Konto").wait_for()


def test_a_head_finds_adds_and_disables_a_user_who_comes_with_the_code(visit: Visit) -> None:
    head, new = visit(), visit()
    head.sign_in("head")
    page = head.page
    page.goto("/users")
    page.get_by_label("Name oder Kennung").press_sequentially("aufs")
    page.get_by_text("Konten: 1").wait_for()
    assert page.url.endswith("/users")  # htmx has changed the list, and nothing is in the address
    assert page.get_by_role("link", name="Adam Aufsicht").is_visible()
    page.get_by_role("link", name="Nutzer anlegen").click()
    page.get_by_label("Name").fill("Nora Neu")
    page.get_by_label("Kennung").fill("nora.neu")
    page.get_by_label("Sachbearbeitung").check()
    page.get_by_role("button", name="Nutzer anlegen").click()
    code = page.locator("code").inner_text()
    head.look()
    new.page.goto("/invitation")
    new.page.get_by_label("Kennung").fill("nora.neu")
    new.page.get_by_label("Einmalcode").fill(code)
    new.page.get_by_label("Neues Passwort", exact=True).fill("words of my own")
    new.page.get_by_label("Neues Passwort, noch einmal").fill("words of my own")
    new.page.get_by_role("button", name="Passwort setzen und anmelden").click()
    new.page.get_by_role("heading", name="Guten Tag, Nora Neu").wait_for()
    page.get_by_role("link", name="Ich habe ihn weitergegeben").click()
    page.get_by_role("button", name="Sperren").click()
    page.get_by_text("Das Konto ist gesperrt.").wait_for()
    head.look()
    new.page.reload()
    new.page.get_by_role("heading", name="Anmelden").wait_for()


def test_the_language_changes_and_stays(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    page.goto("/login")
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Sign in").wait_for()
    assert page.evaluate("document.documentElement.lang") == "en"
    page.goto("/invitation")
    visitor.look()
    page.get_by_role("button", name="Deutsch").click()
    page.get_by_role("heading", name="Passwort setzen").wait_for()


def test_on_paper_there_is_what_is_read_and_nothing_to_press(visit: Visit) -> None:
    visitor = visit()
    visitor.sign_in("auditor")
    page = visitor.page
    page.goto("/users")
    page.emulate_media(media="print")
    assert page.get_by_role("heading", name="Nutzer").is_visible()
    assert page.get_by_text("Lea Leitung").is_visible()
    for hidden in ("Abmelden", "Suchen"):
        assert page.get_by_role("button", name=hidden).count() == 0


def test_without_script_everything_but_passkeys_works(visit: Visit) -> None:
    visitor = visit()
    context = visitor.context.browser
    assert context is not None
    plain = context.new_context(base_url=visitor.origin, locale="de", java_script_enabled=False)
    page = plain.new_page()
    page.goto("/login")
    page.get_by_label("Kennung").fill("head")
    page.get_by_label("Passwort").fill(PASSWORD)
    assert page.get_by_role("button", name="Mit Passkey anmelden").count() == 0
    page.get_by_role("button", name="Anmelden").click()
    page.goto("/users")
    page.get_by_label("Name oder Kennung").fill("aufs")
    page.get_by_role("button", name="Suchen").click()
    page.get_by_text("Konten: 1").wait_for()
    page.goto("/account/passkey")
    assert page.get_by_text("Dieser Browser kann keine Passkeys anlegen.").is_visible()
    plain.close()
