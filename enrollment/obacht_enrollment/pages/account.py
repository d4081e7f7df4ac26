"""One's own account: password, passkeys, sessions."""

from starlette.responses import Response

from obacht_enrollment.accounts import passkeys, sessions, users
from obacht_enrollment.errors import AccountError, SignInError
from obacht_enrollment.pages.login import new_password, read_json
from obacht_enrollment.pages.sections import Section
from obacht_enrollment.pages.visits import Visit

section = Section()
_PAGE = "/account"


@section.get(_PAGE)
def account(visit: Visit) -> Response:
    """Show one's own account."""
    return _show(visit)


@section.get("/account/password", proof=True)
def password(visit: Visit) -> Response:
    """Show where a new password is typed."""
    return visit.show("password.html")


@section.post("/account/password", proof=True)
def set_password(visit: Visit) -> Response:
    """Change one's password."""
    try:
        users.set_password(visit.office, visit.user, new_password(visit), visit.now, session=visit.signed_in.number)
    except (AccountError, SignInError) as error:
        return visit.show("password.html", status=400, error=error)
    return visit.go(_PAGE, done="password")


@section.get("/account/passkey", proof=True)
def passkey(visit: Visit) -> Response:
    """Show where a passkey is added."""
    return visit.show("passkey.html")


@section.post("/account/passkey/options", proof=True, json=True)
def passkey_options(visit: Visit) -> Response:
    """Begin to add a passkey."""
    options = passkeys.begin_registering(visit.office, visit.user, visit.now)
    return visit.answer(options.encode(), "application/json")


@section.post("/account/passkey", proof=True, json=True)
def add_passkey(visit: Visit) -> Response:
    """Add a passkey."""
    sent = read_json(visit)
    label, credential = sent.pop("label", ""), sent
    passkeys.register(visit.office, visit.user, credential, str(label), visit.now)
    return visit.tell({})


@section.post("/account/passkey/{number}/remove", proof=True)
def remove_passkey(visit: Visit) -> Response:
    """Remove a passkey."""
    try:
        passkeys.remove(visit.office, visit.user, visit.number("number"), visit.now)
    except AccountError as error:
        return _show(visit, error)
    return visit.go(_PAGE, done="passkey")


@section.post("/account/session/{number}/end")
def end_session(visit: Visit) -> Response:
    """End one of one's sessions."""
    sessions.end(visit.office, visit.user, visit.number("number"))
    return visit.go(_PAGE, done="session")


@section.post("/account/sessions/end")
def end_sessions(visit: Visit) -> Response:
    """End all of one's other sessions."""
    sessions.end_others(visit.office, visit.signed_in)
    return visit.go(_PAGE, done="session")


def _show(visit: Visit, error: AccountError | None = None) -> Response:
    return visit.show(
        "account.html",
        status=400 if error else 200,
        error=error,
        account=users.get(visit.office, visit.user.id),
        passkeys=passkeys.own(visit.office, visit.user),
        passkeys_possible=passkeys.are_possible(visit.office),
        sessions=sessions.own(visit.office, visit.user, visit.now),
        current=visit.signed_in.number,
    )
