"""Signing in and out, and setting the first password with a one-time code."""

import json
from typing import Any, Final

from starlette.responses import Response

from obacht_enrollment.accounts import browsers, passkeys, sessions, signing_in, users
from obacht_enrollment.accounts.roles import User
from obacht_enrollment.errors import AccountError, SignInError
from obacht_enrollment.pages.doors import cookie, read_cookie, session_cookie
from obacht_enrollment.pages.sections import Section
from obacht_enrollment.pages.visits import Visit

section = Section()
_MARK: Final = "obacht-browser"


@section.get("/login", public=True)
def form(visit: Visit) -> Response:
    """Show the form; who is signed in already has no need of it."""
    if visit.session is not None:
        return visit.go(visit.next_path)
    return _form(visit)


@section.post("/login", public=True)
def sign_in(visit: Visit) -> Response:
    """Sign in with login and password."""
    since = users.latest_event(visit.office)
    try:
        user = signing_in.sign_in(
            visit.office,
            visit.form.text("login"),
            visit.form.secret("password"),
            visit.address,
            visit.now,
            browser=read_cookie(visit.desk, visit.request, _MARK),
        )
    except SignInError as error:
        return _form(visit, error)
    return begin(visit, user, "password", visit.go(visit.next_path), since=since)


@section.post("/login/passkey/options", public=True, json=True)
def passkey_options(visit: Visit) -> Response:
    """Begin to sign in with a passkey."""
    return visit.answer(passkeys.begin_sign_in(visit.office, visit.now).encode(), "application/json")


@section.post("/login/passkey", public=True, json=True)
def passkey(visit: Visit) -> Response:
    """Sign in with a passkey."""
    since = users.latest_event(visit.office)
    user = passkeys.sign_in(visit.office, read_json(visit), visit.now)
    return begin(visit, user, "passkey", visit.tell({}), since=since)


@section.post("/logout")
def sign_out(visit: Visit) -> Response:
    """Sign out."""
    sessions.end(visit.office, visit.user, visit.signed_in.number)
    answer = visit.go("/login", done="logout")
    answer.headers.append("Set-Cookie", session_cookie(visit.desk, ""))
    return answer


@section.get("/invitation", public=True)
def invitation(visit: Visit) -> Response:
    """Show where a one-time code is typed."""
    return visit.show("invitation.html", login="")


@section.post("/invitation", public=True)
def redeem(visit: Visit) -> Response:
    """Set a password with a one-time code, and sign in."""
    try:
        password = new_password(visit)
        user = signing_in.redeem(
            visit.office,
            visit.form.text("login"),
            visit.form.text("code"),
            password,
            address=visit.address,
            now=visit.now,
        )
    except (AccountError, SignInError) as error:
        return visit.show("invitation.html", status=400, error=error, login=visit.form.text("login"))
    return begin(visit, user, "password", visit.go("/", done="password"))


def begin(
    visit: Visit,
    user: User,
    method: sessions.Method,
    answer: Response,
    *,
    proved: int | None = None,
    since: int | None = None,
) -> Response:
    """Begin a session, and end the one before it; arguments as those of :func:`sessions.begin`."""
    if visit.session is not None:
        sessions.end(visit.office, visit.user, visit.signed_in.number)
    token = sessions.begin(visit.office, user, method, visit.origin, visit.now, proved=proved, since=since)
    answer.headers.append("Set-Cookie", session_cookie(visit.desk, token))
    if method == "password":
        marked = cookie(visit.desk, _MARK, browsers.mark(visit.office, user.login), seconds=browsers.SECONDS)
        answer.headers.append("Set-Cookie", marked)
    return answer


def new_password(visit: Visit) -> str:
    """Give a new password that was typed twice; ``AccountError`` (``password-differs``)."""
    password = visit.form.secret("password")
    if password != visit.form.secret("again"):
        raise AccountError("password-differs")
    return password


def read_json(visit: Visit) -> dict[str, Any]:
    """Read what a passkey's script sent; ``SignInError`` (``passkey``) if it is no object."""
    try:
        value = json.loads(visit.body)
    except ValueError as error:
        raise SignInError("passkey") from error
    if not isinstance(value, dict):
        raise SignInError("passkey")
    return value


def _form(visit: Visit, error: SignInError | None = None) -> Response:
    provider = visit.desk.provider
    return visit.show(
        "login.html",
        status=400 if error else 200,
        error=error,
        login=visit.form.text("login"),
        next=visit.next_path,
        passkeys=passkeys.are_possible(visit.office),
        single_sign_on=provider.settings.label if provider else "",
    )
