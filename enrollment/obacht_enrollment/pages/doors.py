"""The way into every page: where a request comes from, who makes it, and what they may do."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from obacht_enrollment.accounts import sessions
from obacht_enrollment.accounts.roles import require
from obacht_enrollment.accounts.sessions import Session
from obacht_enrollment.errors import (
    AccountError,
    CaseError,
    ForbiddenError,
    ImportFileError,
    InboxError,
    OfficeError,
    SignInError,
    StoreError,
    VaultError,
)
from obacht_enrollment.pages import kept, languages
from obacht_enrollment.pages.desk import Desk
from obacht_enrollment.pages.forms import Form, parse
from obacht_enrollment.pages.sections import Page
from obacht_enrollment.pages.visits import Visit
from obacht_service import logs
from obacht_service.errors import RefusalError
from obacht_service.requests import read_body, stated_length

_T = TypeVar("_T")
_COOKIE: Final = "obacht-office"
_FAILED: Final = 500
_JSON: Final = "application/json"


def endpoint(page: Page, desk: Desk) -> Callable[[Request], Awaitable[Response]]:
    """Make the handler that the application calls for a page."""

    async def answer(request: Request) -> Response:
        body = b""
        try:
            if page.method == "POST":
                _check_source(request, desk)
                if page.limit > kept.MOST:
                    turned_away = await _in_thread(desk, _turn_away, page, desk, request)
                    if turned_away is not None:
                        return turned_away
                body = await read_body(request, stated_length(request, page.limit))
            return await _in_thread(desk, _answer, page, desk, request, body)
        except Exception as error:  # noqa: BLE001 - a visitor is told of every failure in words
            return await _in_thread(desk, explain, desk, request, error)

    return answer


async def _in_thread(desk: Desk, work: Callable[..., _T], *given: object) -> _T:
    return await asyncio.get_running_loop().run_in_executor(desk.threads, work, *given)


def explain(desk: Desk, request: Request, error: Exception) -> Response:
    """Make the page, or for a script the JSON, that says what went wrong."""
    visit = Visit(desk, request, desk.clock(), languages.choose(request), None, Form(), b"")
    status, key = _kind(error)
    if status >= _FAILED:
        logs.failure("page-failed", error)
    said = isinstance(error, OfficeError) and status < _FAILED
    text = visit.sentence(error) if said and isinstance(error, OfficeError) else visit.text(f"fault.{key}")
    if request.headers.get("accept") == _JSON:
        return visit.tell({"error": text}, status)
    return visit.show("fault.html", status=status, title=visit.text(f"fault.title.{key}"), text=text)


def cookie(desk: Desk, name: str, value: str, *, strict: bool = True, seconds: int | None = None) -> str:
    """Write a ``Set-Cookie`` field that no script reads and no other site's request carries.

    Args:
        desk: Tells whether browsers come by https.
        name: Of the cookie.
        value: Of the cookie; empty to remove it.
        strict: Whether not even a link from another site carries it.
        seconds: How long it is kept; None: until the browser is closed.
    """
    life = "; Max-Age=0" if not value else "" if seconds is None else f"; Max-Age={seconds}"
    prefix, secure = ("__Host-", "; Secure") if desk.secure else ("", "")
    return f"{prefix}{name}={value}; Path=/; HttpOnly; SameSite={'Strict' if strict else 'Lax'}{secure}{life}"


def read_cookie(desk: Desk, request: Request, name: str) -> str:
    """Give the value of a cookie that :func:`cookie` wrote; empty if there is none."""
    return request.cookies.get(f"__Host-{name}" if desk.secure else name, "")


def session_cookie(desk: Desk, token: str) -> str:
    """Write the ``Set-Cookie`` field of a session; an empty token ends it."""
    return cookie(desk, _COOKIE, token)


def _answer(page: Page, desk: Desk, request: Request, body: bytes) -> Response:
    now = desk.clock()
    session = _session(desk, request, now)
    form = parse(request.headers.get("content-type", ""), body) if page.method == "POST" and not page.json else Form()
    visit = Visit(desk, request, now, languages.choose(request), session, form, body)
    if session is None and not page.public:
        return _send_to_login(visit, page)
    if session is not None:
        if page.method == "POST" and not page.public:
            _check_token(session, visit)
        if page.right is not None:
            require(session.user, page.right)
        if page.proof and not sessions.is_proved(desk.office, session, now):
            if page.kept and kept.holds_something(visit):
                return kept.hold(visit, request.scope["path"], "confirm")
            return visit.go("/confirm", next=_return_path(visit, page))
    return page.handler(visit)


def _turn_away(page: Page, desk: Desk, request: Request) -> Response | None:
    """Answer whoever has no business at a page that takes much, before any of it is read."""
    now = desk.clock()
    session = _session(desk, request, now)
    if session is None and not page.public:
        return _send_to_login(Visit(desk, request, now, languages.choose(request), None, Form(), b""), page)
    if session is not None and page.right is not None:
        require(session.user, page.right)
    return None


def _session(desk: Desk, request: Request, now: int) -> Session | None:
    token = read_cookie(desk, request, _COOKIE)
    if not token:
        return None
    try:
        return sessions.find(desk.office, token, now)
    except SignInError:
        return None


def _send_to_login(visit: Visit, page: Page) -> Response:
    request = visit.request
    foreign = request.headers.get("sec-fetch-site") == "cross-site"
    if page.method == "GET" and foreign and not read_cookie(visit.desk, request, _COOKIE):
        # A link from another site does not carry the session's cookie; the same address called from here does.
        return visit.show("again.html", again=request.scope["path"])
    if request.headers.get("accept") == _JSON:
        raise SignInError("session-over")
    if page.kept and kept.holds_something(visit):
        return kept.hold(visit, request.scope["path"], "sign-in")
    return visit.go("/login", next=_return_path(visit, page))


def _return_path(visit: Visit, page: Page) -> str:
    return visit.request.scope["path"] if page.method == "GET" or page.kept else "/"


def _check_source(request: Request, desk: Desk) -> None:
    """Refuse what another site's page sends (Fetch Metadata; Origin, RFC 6454): the first wall against forgery."""
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site")
    if origin is None and site is None:
        raise ForbiddenError("foreign")
    if origin not in {None, desk.office.settings.origin} or site not in {None, "same-origin"}:
        raise ForbiddenError("foreign")


def _check_token(session: Session, visit: Visit) -> None:
    """Refuse what does not carry the session's token: the second wall."""
    given = visit.form.secret("csrf") or visit.request.headers.get("x-csrf-token", "")
    if not hmac.compare_digest(given.encode(), session.csrf.encode()):
        raise ForbiddenError("foreign")


def _kind(error: Exception) -> tuple[int, str]:
    """Give the status, and the key of the words, for what was raised."""
    match error:
        case HTTPException(status_code=405):
            kind = 405, "missing"
        case HTTPException() | AccountError(code="user-unknown"):
            kind = 404, "missing"
        case (
            CaseError(code="case-unknown" | "request-unknown" | "export-unknown" | "document-unknown" | "call-unknown")
            | InboxError(code="report-unknown")
            | ImportFileError(code="import-unknown")
        ):
            kind = 404, "missing"
        case RefusalError(code="too-large"):
            kind = 413, "large"
        case ForbiddenError():
            kind = 403, "forbidden"
        case SignInError():
            kind = 401, "session"
        case StoreError() | VaultError():
            kind = 500, "failed"
        case OfficeError() | RefusalError():
            kind = 400, "request"
        case _:
            kind = 500, "failed"
    return kind
