"""Proving once more who one is, before an act that weighs something."""

from starlette.responses import Response

from obacht_enrollment.accounts import passkeys, sessions, signing_in, users
from obacht_enrollment.errors import SignInError
from obacht_enrollment.pages.login import read_json
from obacht_enrollment.pages.sections import Section
from obacht_enrollment.pages.visits import Visit

section = Section()


@section.get("/confirm")
def form(visit: Visit) -> Response:
    """Ask for the password or a passkey."""
    return _form(visit)


@section.post("/confirm")
def confirm(visit: Visit) -> Response:
    """Prove with the password who one is."""
    try:
        signing_in.confirm(visit.office, visit.user, visit.form.secret("password"), visit.now)
    except SignInError as error:
        return _form(visit, error)
    sessions.prove(visit.office, visit.signed_in.number, visit.now)
    return visit.go(visit.next_path)


@section.post("/confirm/passkey", json=True)
def passkey(visit: Visit) -> Response:
    """Prove with a passkey of one's own who one is."""
    if passkeys.sign_in(visit.office, read_json(visit), visit.now).id != visit.user.id:
        raise SignInError("passkey")
    sessions.prove(visit.office, visit.signed_in.number, visit.now)
    return visit.tell({})


def _form(visit: Visit, error: SignInError | None = None) -> Response:
    account = users.get(visit.office, visit.user.id)
    provider = visit.desk.provider
    return visit.show(
        "confirm.html",
        status=400 if error else 200,
        error=error,
        next=visit.next_path,
        has_password=account.has_password,
        passkeys=bool(passkeys.own(visit.office, visit.user)),
        single_sign_on=provider.settings.label if provider and account.single_sign_on else "",
    )
