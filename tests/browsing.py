"""Looking at pages as people do, in a real browser: at two widths, with axe, by keyboard."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

from workplace import PASSWORD, Workplace

WIDTHS: Final = (360, 1280)
_FOLDER: Final = Path(sys.prefix) / "browser"
_AXE: Final = "node_modules/axe-core/axe.min.js"
_RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium: the one that ``OBACHT_CHROMIUM`` names, else the one that ``make install`` fetched."""
    own = os.environ.get("OBACHT_CHROMIUM")
    environment: dict[str, str | float | bool] = {**os.environ}
    if not own:
        environment["LD_LIBRARY_PATH"] = str(_FOLDER / "lib")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=own or _FOLDER / "chromium",
            args=["--disable-gpu", "--disable-background-networking", "--font-render-hinting=none"],
            env=environment,
        )
        yield browser
        browser.close()


class Visitor:
    """Somebody with a browser of their own; whatever the browser complains of, a test fails for.

    Attributes:
        page: What they see.
        context: Their cookies.
        complaints: What the browser said: scripts that failed, what the policy refused.
    """

    def __init__(self, browser: Browser, workplace: Workplace, language: str = "de") -> None:
        self.origin = workplace.origin
        self.context: BrowserContext = browser.new_context(
            base_url=workplace.origin, locale=language, timezone_id="Europe/Berlin", reduced_motion="reduce"
        )
        self.context.set_default_timeout(10_000)
        # our pages ask no other host, and those of other programs that a test visits get nothing from there
        self.context.route(lambda url: not url.startswith("http://localhost:"), lambda route: route.abort())
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda message: self._hear(message.type, message.text))

    def _hear(self, kind: str, text: str) -> None:
        # the status of an answer is no complaint: tests ask for refusals
        if kind in {"error", "warning"} and "Failed to load resource" not in text:
            self.complaints.append(text)

    def sign_in(self, login: str, password: str = PASSWORD) -> None:
        self.page.goto("/login")
        self.page.get_by_label("Kennung").fill(login)
        self.page.get_by_label("Passwort").fill(password)
        self.press("Anmelden")

    def press(self, button: str) -> None:
        """Press a button, and wait for the page that answers: who goes elsewhere before may cut the answer off."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button, exact=True).click()

    def follow(self, link: str | Locator) -> None:
        """Follow a link, given by what it says, and wait for the page to which it leads."""
        with self.page.expect_navigation():
            (self.page.get_by_role("link", name=link, exact=True) if isinstance(link, str) else link).click()

    def look(self, path: str = "", *, picture: Path | None = None) -> None:
        """Look at a page, or at the one that is open, at both widths; fail for whatever axe finds, and for scrolling.

        Args:
            path: Of the page.
            picture: Where a picture of each width goes, with the width put behind its name.
        """
        if path:
            self.page.goto(path)
        self.page.wait_for_load_state()  # without its styles, every page has faults
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 800})
            self.page.evaluate("document.fonts.ready")
            if picture:
                self.page.screenshot(path=picture.with_name(f"{picture.stem}-{width}.png"), full_page=True)
            faults = found(self.page)
            assert not faults, f"{self.page.url} at {width}: {faults}"
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{self.page.url} is {wide} wide at {width}"
        assert not self.complaints, f"{self.page.url}: {self.complaints}"

    def close(self) -> None:
        self.context.close()


def found(page: Page) -> list[tuple[str, str]]:
    """Give what axe finds wrong: the rule, and where."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate((_FOLDER / _AXE).read_text())
    options: dict[str, Any] = {"runOnly": {"type": "tag", "values": _RULES}, "resultTypes": ["violations"]}
    result = page.evaluate("(options) => axe.run(document, options)", options)
    return [(violation["id"], node["html"][:200]) for violation in result["violations"] for node in violation["nodes"]]
