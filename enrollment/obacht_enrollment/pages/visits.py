"""One request for a page: who comes, what they sent, and the ways to answer them."""

import ipaddress
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from obacht_enrollment import words
from obacht_enrollment.accounts.roles import User
from obacht_enrollment.accounts.sessions import Origin, Session
from obacht_enrollment.errors import OfficeError, SignInError
from obacht_enrollment.language import Language
from obacht_enrollment.office import Office
from obacht_enrollment.pages.desk import Desk
from obacht_enrollment.pages.forms import Form

_PATH: Final = re.compile(r"(?:/[A-Za-z0-9_-]+)+|/")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,17}")
_BROWSERS: Final = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS: Final = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(slots=True)
class Visit:
    """A request, and what is known of who made it.

    Attributes:
        desk: What all pages work with.
        request: As it came; its body has been read.
        now: Unix seconds.
        language: In which the visitor reads.
        session: In which they are at work; None if they are not signed in.
        form: What they sent.
        body: The same as bytes.
    """

    desk: Desk
    request: Request
    now: int
    language: Language
    session: Session | None
    form: Form
    body: bytes

    @property
    def office(self) -> Office:
        """The office."""
        return self.desk.office

    @property
    def user(self) -> User:
        """Who is signed in."""
        return self.signed_in.user

    @property
    def signed_in(self) -> Session:
        """The session; ``SignInError`` (``session-over``) if there is none."""
        if self.session is None:
            raise SignInError("session-over")
        return self.session

    @property
    def is_fragment(self) -> bool:
        """Whether htmx asks, for a part of the page that is open."""
        return self.request.headers.get("hx-request") == "true"

    def number(self, name: str) -> int:
        """Give a number that stands in the address; an address without a sensible one leads nowhere."""
        text = self.request.path_params[name]
        if not _NUMBER.fullmatch(text):
            raise HTTPException(404)
        return int(text)

    def text(self, key: str, **values: object) -> str:
        """Give a text in the visitor's language."""
        return self.desk.texts.say(self.language, key, **values)

    def sentence(self, error: OfficeError) -> str:
        """Say in the visitor's language what went wrong."""
        return words.sentence(error, self.language)

    def show(
        self,
        template: str,
        *,
        status: int = 200,
        fragment: str = "",
        error: OfficeError | None = None,
        **values: Any,  # noqa: ANN401 - whatever the template names
    ) -> Response:
        """Answer with a page.

        Args:
            template: Its file.
            status: Of the answer.
            fragment: The block of the template that is enough for htmx; the whole page if it does not ask.
            error: What is said at the top: why nothing was done.
            values: What the template names.
        """
        menu = [link for link in self.desk.menu if self.session and (not link.right or self.user.may(link.right))]
        known = {
            "t": self.text,
            "language": self.language,
            "user": self.session.user if self.session else None,
            "csrf": self.session.csrf if self.session else "",
            "menu": menu,
            "path": self.request.scope["path"],
            "here": self._here(),
            "asset": self.desk.assets.address,
            "office_name": self.office.settings.contacts[0].office,
            "demonstration": self.office.settings.demonstration,
            "error": self.sentence(error) if error else "",
            "done": self._done(),
        }
        html = self.desk.templates.render(template, known | values, fragment if self.is_fragment else "")
        return self.answer(html.encode(), "text/html; charset=utf-8", status)

    def go(self, path: str, **query: str) -> Response:
        """Send the visitor on to another page of this site.

        Args:
            path: Of the page.
            query: Words from the code, as ``done="password"`` for ``done.password`` at its top; nothing personal, since
                addresses end in histories and logs.
        """
        place = f"{path}?{urlencode(query)}" if query else path
        if self.is_fragment:
            return self.answer(b"", "text/html; charset=utf-8", 200, {"HX-Redirect": place})
        return self.answer(b"", "text/html; charset=utf-8", 303, {"Location": place})

    def leave(self, address: str) -> Response:
        """Send the visitor on to another site."""
        return self.answer(b"", "text/html; charset=utf-8", 303, {"Location": address})

    def tell(self, value: object, status: int = 200) -> Response:
        """Answer a script with JSON."""
        return self.answer(json.dumps(value).encode(), "application/json", status)

    def answer(
        self, body: bytes, media_type: str, status: int = 200, fields: Mapping[str, str] | None = None
    ) -> Response:
        """Answer with anything, under the header fields of every page."""
        return Response(body, status, dict(self.desk.headers) | dict(fields or {}), media_type)

    @property
    def next_path(self) -> str:
        """Where the visitor wanted to go before they had to sign in; a path of this site."""
        path = self.form.text("next") or self.request.query_params.get("next", "/")
        return path if _PATH.fullmatch(path) else "/"

    @property
    def address(self) -> str:
        """The visitor's network address; empty if a proxy of ours does not tell it."""
        peer = self.request.client.host if self.request.client else ""
        proxies = self.office.settings.login.proxies
        if peer not in proxies:
            return peer
        for told in reversed(self.request.headers.get("x-forwarded-for", "").split(",")):
            address = told.strip()
            if address not in proxies:
                return address if _is_address(address) else ""
        return ""

    @property
    def origin(self) -> Origin:
        """From where, and with which browser."""
        agent = self.request.headers.get("user-agent", "")
        found = [next((name for sign, name in signs if sign in agent), "") for signs in (_BROWSERS, _SYSTEMS)]
        return Origin(self.address, ", ".join(filter(None, found)))

    def _here(self) -> str:
        """Give where the visitor can be sent back to: what answered a form may have no page of its own."""
        path: str = self.request.scope["path"]
        route = getattr(self.request.scope.get("route"), "path", "")
        return path if self.request.method == "GET" or route in self.desk.shown else "/"

    def _done(self) -> str:
        key = "done." + self.request.query_params.get("done", "")
        return self.text(key) if key in self.desk.texts.tables[self.language] else ""


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
